package dev.merpati.gateway.harness;

import dev.merpati.model.Json;
import dev.merpati.model.event.EventType;
import dev.merpati.model.webhook.DeliveryAttempt;
import dev.merpati.model.webhook.WebhookKeys;
import io.lettuce.core.RedisClient;
import io.lettuce.core.SetArgs;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.pubsub.RedisPubSubAdapter;
import io.lettuce.core.pubsub.StatefulRedisPubSubConnection;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** Listens to what gateways tell dispatchers, and answers their pings as if an endpoint had taken them. */
public final class FakeDispatcher implements AutoCloseable {
    private final RedisClient client;
    private final StatefulRedisConnection<String, String> connection;
    private final StatefulRedisPubSubConnection<String, String> subscription;
    private final ExecutorService thread = Executors.newSingleThreadExecutor();
    private final Queue<String> changes = new ConcurrentLinkedQueue<>();

    public FakeDispatcher(GatewayHarness gateway) {
        this.client = RedisClient.create(
                "redis://127.0.0.1:" + gateway.services().redis().port());
        this.connection = client.connect();
        this.subscription = client.connectPubSub();
        subscription.addListener(new RedisPubSubAdapter<>() {
            @Override
            public void message(String channel, String tenantId) {
                changes.add(tenantId);
                thread.execute(() -> answerPings(tenantId));
            }
        });
        subscription.sync().subscribe(WebhookKeys.CHANGES_CHANNEL);
    }

    /** The tenants that were named, each as often as it was. */
    public List<String> changes() {
        return List.copyOf(changes);
    }

    private void answerPings(String tenantId) {
        for (String webhookId : connection.sync().hkeys(WebhookKeys.webhooks(tenantId))) {
            String request = connection.sync().lpop(WebhookKeys.pings(tenantId, webhookId));
            if (request != null) {
                DeliveryAttempt attempt = new DeliveryAttempt(
                        "1795820000123-000004",
                        EventType.PING.wireName(),
                        null,
                        1,
                        DeliveryAttempt.DELIVERED,
                        Instant.parse("2026-11-27T10:56:01.706Z"),
                        12,
                        204,
                        null,
                        null,
                        null,
                        false);
                connection
                        .sync()
                        .set(
                                WebhookKeys.pingResult(tenantId, webhookId, request),
                                Json.MAPPER.writeValueAsString(attempt),
                                SetArgs.Builder.ex(Duration.ofMinutes(1)));
            }
        }
    }

    @Override
    public void close() {
        thread.shutdownNow();
        subscription.close();
        connection.close();
        client.shutdown();
    }
}
