package dev.merpati.dispatcher.webhook;

import com.standardwebhooks.exceptions.WebhookSigningException;
import dev.merpati.model.webhook.SecretBox;
import dev.merpati.model.webhook.Webhook;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Signs the deliveries of one webhook with each of its secrets that signs now, the newest first. Holds the secrets in clear.
 * Thread-safe.
 */
final class Signatures {
    private final List<Key> keys;

    private record Key(
            com.standardwebhooks.Webhook signer, @Nullable Instant until) {
        boolean signsAt(Instant now) {
            return until == null || now.isBefore(until);
        }
    }

    private Signatures(List<Key> keys) {
        this.keys = keys;
    }

    /** @throws IllegalArgumentException when a secret cannot be opened, or none signs; says nothing of it */
    static Signatures of(SecretBox box, String tenantId, Webhook webhook) {
        List<Key> keys = webhook.secrets().stream()
                .map(secret -> new Key(
                        new com.standardwebhooks.Webhook(box.open(tenantId, webhook.id(), secret.sealed())),
                        secret.until()))
                .toList();
        if (keys.stream().noneMatch(key -> key.until() == null)) {
            throw new IllegalArgumentException("the webhook has no secret that signs");
        }
        return new Signatures(keys);
    }

    /** Returns the value of {@code webhook-signature}. */
    String sign(String id, Instant timestamp, byte[] body) {
        String text = new String(body, StandardCharsets.UTF_8);
        return keys.stream()
                .filter(key -> key.signsAt(timestamp))
                .map(key -> sign(key.signer(), id, timestamp, text))
                .collect(Collectors.joining(" "));
    }

    private static String sign(com.standardwebhooks.Webhook signer, String id, Instant timestamp, String body) {
        try {
            return signer.sign(id, timestamp.getEpochSecond(), body);
        } catch (WebhookSigningException e) {
            throw new IllegalStateException("every Java platform has HMAC-SHA-256", e);
        }
    }
}
