package dev.merpati.model.whatsapp;

import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What all workers share of the client version: the hash at {@code RedisKeys.clientVersion()}. A worker takes the newest
 * of its own setting and of the two here.
 *
 * @param wanted what the operator has set, null when nothing
 * @param learned what WhatsApp's own page names, null while no worker has read it
 * @param expiring the version that WhatsApp has announced to refuse; null when there is none
 * @param expiresAt from when on it will
 */
public record ClientVersionRecord(
        @Nullable ClientVersion wanted,
        @Nullable ClientVersion learned,
        @Nullable ClientVersion expiring,
        @Nullable Instant expiresAt) {
    /** The hash's field names; versions are written as three numbers. */
    public static final String WANTED = "wanted";

    public static final String LEARNED = "learned";
    public static final String EXPIRING = "expiring";
    /** Seconds since 1970. */
    public static final String EXPIRES_AT = "expires_at";

    /** Reads a record; what is missing or of another form is null. */
    public static ClientVersionRecord fromHash(Map<String, String> hash) {
        String expiresAt = hash.getOrDefault(EXPIRES_AT, "");
        return new ClientVersionRecord(
                ClientVersion.parse(hash.get(WANTED)).orElse(null),
                ClientVersion.parse(hash.get(LEARNED)).orElse(null),
                ClientVersion.parse(hash.get(EXPIRING)).orElse(null),
                expiresAt.matches("\\d{1,12}") ? Instant.ofEpochSecond(Long.parseLong(expiresAt)) : null);
    }
}
