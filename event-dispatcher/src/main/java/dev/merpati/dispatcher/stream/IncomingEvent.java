package dev.merpati.dispatcher.stream;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.UUID;

/**
 * An event that is to be appended to its tenant's stream.
 *
 * @param offset of its record in its partition
 * @param publishedAt the time of its record, which is the same however often it is read
 * @param keyHash of the event's key
 * @param data a JSON object
 */
public record IncomingEvent(
        long offset,
        Instant publishedAt,
        String keyHash,
        String tenantId,
        UUID sessionId,
        String type,
        Instant timestamp,
        String data) {
    /** Enough that no two of the events that a tenant ever has come to share one. */
    private static final int HASH_BYTES = 16;

    /** Returns what stands for a key in Redis: of one length, however long the key is. */
    public static String hash(String key) {
        try {
            byte[] whole = MessageDigest.getInstance("SHA-256").digest(key.getBytes(StandardCharsets.UTF_8));
            return Base64.getEncoder().withoutPadding().encodeToString(Arrays.copyOf(whole, HASH_BYTES));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
