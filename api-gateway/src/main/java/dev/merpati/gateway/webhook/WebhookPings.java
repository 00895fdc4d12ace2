package dev.merpati.gateway.webhook;

import dev.merpati.gateway.error.ApiError;
import dev.merpati.gateway.web.Uncancellable;
import dev.merpati.model.Json;
import dev.merpati.model.webhook.DeliveryAttempt;
import dev.merpati.model.webhook.WebhookKeys;
import java.time.Duration;
import java.util.UUID;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.data.redis.core.ReactiveStringRedisTemplate;
import org.springframework.http.HttpStatus;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;

/** Has the dispatcher send an event to a webhook now, and waits for what comes of it. */
@Component
public class WebhookPings {
    /** A delivery may take 15 s, and 5 s until the dispatcher knows of it. */
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private static final Duration LOOK_EVERY = Duration.ofMillis(200);

    /** How many may wait for one webhook. */
    private static final int MOST = 10;

    private final Webhooks webhooks;
    private final WebhookStore store;
    private final ReactiveStringRedisTemplate redis;
    private final Duration patience;

    @Autowired
    WebhookPings(Webhooks webhooks, WebhookStore store, ReactiveStringRedisTemplate redis) {
        this(webhooks, store, redis, PATIENCE);
    }

    WebhookPings(Webhooks webhooks, WebhookStore store, ReactiveStringRedisTemplate redis, Duration patience) {
        this.webhooks = webhooks;
        this.store = store;
        this.redis = redis;
        this.patience = patience;
    }

    /** Sends a ping; an error of 404 when there is no such webhook, of 504 when no dispatcher takes it up in time. */
    public Mono<DeliveryAttempt> send(String tenantId, String webhookId) {
        String requestId = UUID.randomUUID().toString();
        String pings = WebhookKeys.pings(tenantId, webhookId);
        String result = WebhookKeys.pingResult(tenantId, webhookId, requestId);
        Mono<Void> takeBack =
                redis.opsForList().remove(pings, 0, requestId).then().onErrorComplete();
        return webhooks.find(tenantId, webhookId)
                .then(Mono.defer(() -> redis.opsForList().rightPush(pings, requestId)))
                .flatMap(waiting -> waiting > MOST
                        ? takeBack.then(Mono.error(tooMany().exception()))
                        : redis.expire(pings, patience.plusSeconds(10)).then(store.announce(tenantId)))
                .then(Mono.defer(() -> redis.opsForValue().get(result))
                        .repeatWhenEmpty(looks -> looks.delayElements(LOOK_EVERY))
                        .timeout(
                                patience,
                                takeBack.then(Mono.error(() -> unanswered().exception()))))
                .doOnCancel(() -> Uncancellable.of(takeBack).subscribe())
                .map(json -> Json.MAPPER.readValue(json, DeliveryAttempt.class));
    }

    private static ApiError tooMany() {
        return ApiError.of(
                        HttpStatus.TOO_MANY_REQUESTS,
                        "too_many_webhook_tests",
                        "Tests of this webhook are under way already: wait for their answers")
                .retryAfter(PATIENCE);
    }

    private static ApiError unanswered() {
        return ApiError.of(
                HttpStatus.GATEWAY_TIMEOUT,
                "webhook_test_unanswered",
                "The test was not sent in time and will not be: deliveries are delayed at the moment. Try again later");
    }
}
