package dev.merpati.chaos.inbound;

import tools.jackson.databind.JsonNode;

/**
 * An event as a tenant got it.
 *
 * @param id under which it came
 * @param data as the tenant sees it
 * @param position among all that the tenant got on this way
 * @param outOfTurn whether the tenant had got it before and lost it, so that its place says nothing
 * @param receivedAt by {@link System#nanoTime}
 */
record ReceivedEvent(
        String id, String type, String session, JsonNode data, int position, boolean outOfTurn, long receivedAt) {
    private static final String STATUS = "message.status";

    Subject subject() {
        String messageId = text("messageId");
        return type.equals(STATUS)
                ? new Subject(STATUS + " " + text("status"), messageId)
                : Subject.of(type, messageId);
    }

    /** A component of the data; empty when it is absent. */
    String text(String component) {
        return data.path(component).asString("");
    }
}
