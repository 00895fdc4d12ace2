package dev.merpati.model.webhook;

import dev.merpati.model.redis.RedisKeys;
import java.util.List;

/** Names the keys of a tenant's webhooks in Redis, all in the tenant's slot. */
public final class WebhookKeys {
    /** Pub/sub channel: the id of a tenant whose webhooks were changed, or want something of the dispatcher. */
    public static final String CHANGES_CHANNEL = "webhooks";

    /** Set of {@code tenantId webhookId}: webhooks that were disabled by the dispatcher, whose owner is not told yet. */
    public static final String DISABLED_NOTICES = "webhooks:disabled-notices";

    private WebhookKeys() {}

    /** Hash: webhook id to {@link Webhook} as JSON. Only gateways write it. */
    public static String webhooks(String tenantId) {
        return RedisKeys.tenantTag(tenantId) + "webhooks";
    }

    /** Hash: see {@link WebhookStatus}. The dispatcher writes it; a gateway only when it enables or disables. */
    public static String status(String tenantId, String webhookId) {
        return of(tenantId, webhookId) + "status";
    }

    /** Stream of {@link DeliveryAttempt}s, the newest last, trimmed by age and number. */
    public static String deliveries(String tenantId, String webhookId) {
        return of(tenantId, webhookId) + "deliveries";
    }

    /** Sorted set, all scores 0: the ids of events that were given up. */
    public static String dead(String tenantId, String webhookId) {
        return of(tenantId, webhookId) + "dead";
    }

    /** Hash: replay id to {@link Replay} as JSON. A gateway adds, the dispatcher removes what is done. */
    public static String replays(String tenantId, String webhookId) {
        return of(tenantId, webhookId) + "replays";
    }

    /** List of request ids: a gateway pushes, the dispatcher pops and sends a ping for each. */
    public static String pings(String tenantId, String webhookId) {
        return of(tenantId, webhookId) + "pings";
    }

    /** String with a time to live of a minute: the {@link DeliveryAttempt} as JSON that came of a ping. */
    public static String pingResult(String tenantId, String webhookId, String requestId) {
        return of(tenantId, webhookId) + "ping:" + requestId;
    }

    /** The prefix of what the dispatcher keeps to itself: {@code state}, {@code behind}, {@code replay-behind}. */
    public static String own(String tenantId, String webhookId) {
        return of(tenantId, webhookId) + "own:";
    }

    /** All keys of a webhook but its definition and the results of pings, which expire: what goes with it. */
    public static List<String> all(String tenantId, String webhookId) {
        return List.of(
                status(tenantId, webhookId),
                deliveries(tenantId, webhookId),
                dead(tenantId, webhookId),
                replays(tenantId, webhookId),
                pings(tenantId, webhookId),
                own(tenantId, webhookId) + "state",
                own(tenantId, webhookId) + "behind",
                own(tenantId, webhookId) + "replay-behind");
    }

    private static String of(String tenantId, String webhookId) {
        return RedisKeys.tenantTag(tenantId) + "webhook:" + webhookId + ":";
    }
}
