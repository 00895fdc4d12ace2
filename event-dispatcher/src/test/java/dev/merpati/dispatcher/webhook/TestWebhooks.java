package dev.merpati.dispatcher.webhook;

import dev.merpati.model.Json;
import dev.merpati.model.event.EventKeys;
import dev.merpati.model.event.EventTopic;
import dev.merpati.model.webhook.SecretBox;
import dev.merpati.model.webhook.Webhook;
import dev.merpati.model.webhook.WebhookKeys;
import dev.merpati.model.webhook.WebhookStatus;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;
import org.springframework.data.redis.core.StringRedisTemplate;

/** The part of a gateway: makes, changes and deletes webhooks. */
public final class TestWebhooks {
    public static final String KEY = Base64.getEncoder().encodeToString(new byte[32]);
    public static final String SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

    private final SecretBox box = new SecretBox(KEY);
    private final StringRedisTemplate redis;
    private final EventTopic topic;

    public TestWebhooks(StringRedisTemplate redis, EventTopic topic) {
        this.redis = redis;
        this.topic = topic;
    }

    public static Webhook webhook(String url) {
        return new Webhook(
                "wh_" + UUID.randomUUID().toString().replace("-", "").substring(0, 22),
                url,
                List.of(),
                List.of(),
                null,
                Map.of(),
                List.of(),
                Instant.EPOCH,
                true,
                null);
    }

    public Webhook add(String tenantId, String url) {
        return put(tenantId, webhook(url));
    }

    /** Stores the webhook, with {@link #SECRET} if it has none, and says so. */
    public Webhook put(String tenantId, Webhook webhook) {
        Webhook stored = webhook.secrets().isEmpty()
                ? webhook.withSecrets(List.of(sealed(tenantId, webhook.id(), SECRET, null)))
                : webhook;
        redis.opsForHash().put(WebhookKeys.webhooks(tenantId), stored.id(), Json.MAPPER.writeValueAsString(stored));
        redis.opsForSet().add(EventKeys.tenantsOfPartition(topic.partitionOf(tenantId)), tenantId);
        changed(tenantId);
        return stored;
    }

    public void changed(String tenantId) {
        redis.convertAndSend(WebhookKeys.CHANGES_CHANNEL, tenantId);
    }

    public void enable(String tenantId, Webhook webhook) {
        redis.opsForHash().put(WebhookKeys.status(tenantId, webhook.id()), WebhookStatus.STATE, "active");
        redis.opsForHash().delete(WebhookKeys.status(tenantId, webhook.id()), WebhookStatus.DISABLED_REASON);
        put(tenantId, webhook);
    }

    /** Returns it as its owner has turned it off. */
    public static Webhook disabled(Webhook webhook) {
        return new Webhook(
                webhook.id(),
                webhook.url(),
                webhook.types(),
                webhook.sessionIds(),
                webhook.description(),
                webhook.headers(),
                webhook.secrets(),
                webhook.createdAt(),
                false,
                webhook.after());
    }

    public void delete(String tenantId, Webhook webhook) {
        redis.opsForHash().delete(WebhookKeys.webhooks(tenantId), webhook.id());
        changed(tenantId);
    }

    public WebhookStatus status(String tenantId, Webhook webhook) {
        Map<String, String> hash =
                new HashMap<>(redis.<String, String>opsForHash().entries(WebhookKeys.status(tenantId, webhook.id())));
        return WebhookStatus.fromHash(hash);
    }

    public Webhook.Secret sealed(String tenantId, String webhookId, String secret, @Nullable Instant until) {
        return new Webhook.Secret(box.seal(tenantId, webhookId, secret), until);
    }

    /** Verifies a signature as the specification of Standard Webhooks says, without any library for it. */
    public static boolean isSignedWith(String secret, TestEndpoint.Received request) {
        return Arrays.asList(
                        request.headers().getOrDefault("webhook-signature", "").split(" "))
                .contains("v1,"
                        + signature(
                                secret,
                                request.id(),
                                request.headers().getOrDefault("webhook-timestamp", ""),
                                request.body()));
    }

    static String signature(String secret, String id, String timestamp, String body) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(Base64.getDecoder().decode(secret.replaceFirst("^whsec_", "")), "HmacSHA256"));
            return Base64.getEncoder()
                    .encodeToString(mac.doFinal((id + "." + timestamp + "." + body).getBytes(StandardCharsets.UTF_8)));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    static String newSecret() {
        byte[] bytes = new byte[24];
        new SecureRandom().nextBytes(bytes);
        return "whsec_" + Base64.getEncoder().encodeToString(bytes);
    }
}
