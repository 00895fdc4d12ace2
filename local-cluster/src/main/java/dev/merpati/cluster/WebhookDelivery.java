package dev.merpati.cluster;

import tools.jackson.databind.JsonNode;

/**
 * One POST to an endpoint, whose signature was right.
 *
 * @param id the {@code webhook-id}: the same whenever the same event is delivered again
 * @param type such as {@code message.received}
 * @param timestamp of the event, as it was written
 * @param sessionId of the session that the event is about
 * @param data of the event, {@code sessionId} included
 * @param receivedAt when the whole request was read, by {@link System#nanoTime}
 */
public record WebhookDelivery(
        String id, String type, String timestamp, String sessionId, JsonNode data, long receivedAt) {}
