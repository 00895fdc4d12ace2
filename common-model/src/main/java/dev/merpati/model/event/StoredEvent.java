package dev.merpati.model.event;

import java.time.Instant;
import java.util.Map;
import java.util.UUID;

/**
 * An event in its tenant's stream, an entry of the Redis stream at {@code EventKeys.stream(..)}.
 *
 * @param data the JSON object that the tenant sees, without {@code sessionId}
 * @param number how many events the tenant had when this one came, itself included; the difference of two is how many lie between
 */
public record StoredEvent(EventId id, UUID sessionId, String type, Instant timestamp, String data, long number) {
    /** The entry's field names; the Lua script that appends uses the same. */
    public static final String SESSION = "s";

    public static final String TYPE = "t";
    /** Milliseconds since 1970. */
    public static final String TIMESTAMP = "at";

    public static final String DATA = "d";
    public static final String NUMBER = "n";

    /** Reads an entry. */
    public static StoredEvent of(String entryId, Map<String, String> fields) {
        return new StoredEvent(
                EventId.ofEntry(entryId),
                UUID.fromString(required(fields, SESSION)),
                required(fields, TYPE),
                Instant.ofEpochMilli(Long.parseLong(required(fields, TIMESTAMP))),
                required(fields, DATA),
                Long.parseLong(required(fields, NUMBER)));
    }

    private static String required(Map<String, String> fields, String name) {
        String value = fields.get(name);
        if (value == null) {
            throw new IllegalArgumentException("an event without the field " + name);
        }
        return value;
    }
}
