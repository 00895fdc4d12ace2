package dev.merpati.model.event;

import java.time.Instant;
import java.util.UUID;
import tools.jackson.databind.JsonNode;

/**
 * Something that happened to a session, on its way from the worker to its tenant.
 *
 * @param key the same for the same happening, however often it is published: of the events of one tenant with one key only
 *     the first is kept
 * @param type see {@link EventType}; a newer release may send others, which are passed on as they are
 * @param timestamp when it happened
 * @param data what the tenant sees, without {@code sessionId}
 */
public record Event(String key, String tenantId, UUID sessionId, String type, Instant timestamp, JsonNode data) {

    /** An event with the data of one of our own types. */
    public static Event of(String key, String tenantId, UUID sessionId, Instant timestamp, EventData data) {
        return new Event(key, tenantId, sessionId, data.type().wireName(), timestamp, EventCodec.tree(data));
    }
}
