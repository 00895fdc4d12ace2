package dev.merpati.cluster;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * Verifies deliveries as a tenant's program has to, written from the text of Standard Webhooks 1.0 alone: it shares no code with
 * what signs. Thread-safe.
 */
final class WebhookSignature {
    private static final String ALGORITHM = "HmacSHA256";
    private static final String SECRET_PREFIX = "whsec_";
    private static final String VERSION_PREFIX = "v1,";
    private static final Duration TOLERANCE = Duration.ofMinutes(5);

    private final SecretKeySpec key;

    /** @param secret {@code whsec_} and the key in Base64 */
    WebhookSignature(String secret) {
        if (!secret.startsWith(SECRET_PREFIX)) {
            throw new IllegalArgumentException("a webhook's secret begins with " + SECRET_PREFIX);
        }
        key = new SecretKeySpec(Base64.getDecoder().decode(secret.substring(SECRET_PREFIX.length())), ALGORITHM);
    }

    /**
     * Returns what is wrong with a delivery; null when nothing is.
     *
     * @param id the header {@code webhook-id}
     * @param timestamp the header {@code webhook-timestamp}
     * @param signatures the header {@code webhook-signature}
     */
    @Nullable
    String problem(
            @Nullable String id, @Nullable String timestamp, @Nullable String signatures, byte[] body, Instant now) {
        if (id == null || id.isEmpty() || id.indexOf('.') >= 0) {
            return "webhook-id is missing, or has a dot";
        }
        if (timestamp == null || !timestamp.matches("\\d{1,12}")) {
            return "webhook-timestamp is not a number of seconds";
        }
        Instant signedAt = Instant.ofEpochSecond(Long.parseLong(timestamp));
        if (Duration.between(signedAt, now).abs().compareTo(TOLERANCE) > 0) {
            return "webhook-timestamp is more than " + TOLERANCE.toMinutes() + " minutes from now";
        }
        if (signatures == null
                || Arrays.stream(signatures.split(" ")).noneMatch(each -> isOurs(each, id, timestamp, body))) {
            return "no signature in webhook-signature is that of the secret";
        }
        return null;
    }

    private boolean isOurs(String signature, String id, String timestamp, byte[] body) {
        if (!signature.startsWith(VERSION_PREFIX)) {
            return false;
        }
        try {
            byte[] found = Base64.getDecoder().decode(signature.substring(VERSION_PREFIX.length()));
            Mac mac = Mac.getInstance(ALGORITHM);
            mac.init(key);
            mac.update((id + "." + timestamp + ".").getBytes(StandardCharsets.UTF_8));
            return MessageDigest.isEqual(found, mac.doFinal(body));
        } catch (IllegalArgumentException e) {
            return false;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java platform has " + ALGORITHM, e);
        }
    }
}
