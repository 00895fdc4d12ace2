package dev.merpati.model.event;

import dev.merpati.model.redis.RedisKeys;
import java.time.Duration;
import java.util.UUID;

/** Names the keys of a tenant's events in Redis, all in the tenant's slot. The dispatcher that owns the tenant writes them. */
public final class EventKeys {
    /** Pub/sub channel: the id of a tenant that has new events. */
    public static final String NEW_EVENTS_CHANNEL = "events";

    /** Longer than any event can be under way. */
    public static final Duration REMOVED_FOR = Duration.ofDays(90);

    private EventKeys() {}

    /** Stream of {@link StoredEvent}s. */
    public static String stream(String tenantId) {
        return RedisKeys.tenantTag(tenantId) + "events";
    }

    /** Sorted set, all scores 0, so by text: the ids ({@link EventId}) of a session's events. */
    public static String ofSession(String tenantId, UUID sessionId) {
        return RedisKeys.tenantTag(tenantId) + "events:session:" + sessionId;
    }

    /** Sorted set: hashes of the keys of the events that are kept, by the time at which they came, in ms since 1970. */
    public static String seen(String tenantId) {
        return RedisKeys.tenantTag(tenantId) + "events:seen";
    }

    /**
     * Hash: {@code topic} (its id in Kafka) and {@code offset} of the last record that was appended; {@code count} of all events
     * there ever were; {@code last}, the id of the youngest of them; {@code trimmed}, the id of the youngest event that is no longer
     * kept. Ids are {@link EventId}s; a field is missing while there is no such event.
     */
    public static String progress(String tenantId) {
        return RedisKeys.tenantTag(tenantId) + "events:progress";
    }

    /**
     * String with a time to live of {@link #REMOVED_FOR}: the tenant was removed. Whoever removes the tenant's events sets it in
     * the same script, and whoever writes any of the tenant's keys of events and webhooks looks for it in the same script: so
     * nothing of a removed tenant comes back with an event that was still under way. Whoever makes an account under an id that
     * was used before deletes it.
     */
    public static String removed(String tenantId) {
        return RedisKeys.tenantTag(tenantId) + "events:removed";
    }

    /** Set: the tenants of a partition of the event topic that have events or webhooks; in a slot of its own. */
    public static String tenantsOfPartition(int partition) {
        return "{e" + partition + "}:tenants";
    }
}
