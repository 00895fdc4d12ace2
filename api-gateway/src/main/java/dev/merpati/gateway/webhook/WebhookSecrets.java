package dev.merpati.gateway.webhook;

import dev.merpati.gateway.error.ApiError;
import dev.merpati.model.webhook.SecretBox;
import dev.merpati.model.webhook.Webhook;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.stereotype.Component;

/** Makes the ids and the secrets of webhooks, and encrypts secrets. Thread-safe. */
@Component
class WebhookSecrets {
    /** How long the secret before goes on signing after a rotation. */
    static final Duration OVERLAP = Duration.ofHours(24);

    /** How many sign at a time, however often a secret is rotated: each is a signature in every delivery. */
    static final int MOST = 5;

    private static final String PREFIX = "whsec_";
    private static final int SECRET_BYTES = 32;
    private static final int ID_LENGTH = 22;
    private static final String ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    private static final SecureRandom RANDOM = new SecureRandom();

    private final @Nullable SecretBox box;

    WebhookSecrets(WebhookSettings settings) {
        this.box = settings.secretKey().isBlank() ? null : new SecretBox(settings.secretKey());
    }

    /** Returns an id that no webhook has. */
    static String newId() {
        StringBuilder id = new StringBuilder("wh_");
        for (int i = 0; i < ID_LENGTH; i++) {
            id.append(ALPHABET.charAt(RANDOM.nextInt(ALPHABET.length())));
        }
        return id.toString();
    }

    /** Makes a secret and encrypts it; an error of 409 when this installation has no key for that. */
    String newSealed(String tenantId, String webhookId) {
        byte[] bytes = new byte[SECRET_BYTES];
        RANDOM.nextBytes(bytes);
        return box().seal(tenantId, webhookId, PREFIX + Base64.getEncoder().encodeToString(bytes));
    }

    String open(String tenantId, String webhookId, String sealed) {
        return box().open(tenantId, webhookId, sealed);
    }

    /** Puts a new secret before those that sign now; the newest of those signs for {@link #OVERLAP} more. */
    static List<Webhook.Secret> rotated(List<Webhook.Secret> secrets, String sealed, Instant now) {
        List<Webhook.Secret> rotated = new ArrayList<>(List.of(new Webhook.Secret(sealed, null)));
        for (Webhook.Secret secret : secrets) {
            Instant until = secret.until() == null ? now.plus(OVERLAP) : secret.until();
            if (rotated.size() < MOST && until.isAfter(now)) {
                rotated.add(new Webhook.Secret(secret.sealed(), until));
            }
        }
        return List.copyOf(rotated);
    }

    private SecretBox box() {
        if (box == null) {
            throw ApiError.of(
                            HttpStatus.CONFLICT,
                            "webhooks_not_configured",
                            "This service has no key to encrypt the secrets of webhooks with: its operator sets"
                                    + " merpati.webhooks.secret-key")
                    .exception();
        }
        return box;
    }
}
