package dev.merpati.gateway.webhook;

import dev.merpati.gateway.event.EventSettings;
import dev.merpati.gateway.redis.LuaScript;
import dev.merpati.model.Json;
import dev.merpati.model.event.EventKeys;
import dev.merpati.model.webhook.Replay;
import dev.merpati.model.webhook.Webhook;
import dev.merpati.model.webhook.WebhookKeys;
import dev.merpati.model.webhook.WebhookStatus;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import org.springframework.data.redis.core.ReactiveStringRedisTemplate;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** The webhooks of tenants in Redis. Reads are never cached. */
@Component
class WebhookStore {
    private static final LuaScript<Long> ADD = LuaScript.returningLong("add-webhook");
    private static final LuaScript<Long> REPLACE = LuaScript.returningLong("replace-webhook");
    private static final LuaScript<Long> REMOVE = LuaScript.returningLong("remove-webhook");
    private static final LuaScript<Long> ADD_REPLAY = LuaScript.returningLong("add-replay");

    private final ReactiveStringRedisTemplate redis;
    private final EventSettings events;

    WebhookStore(ReactiveStringRedisTemplate redis, EventSettings events) {
        this.redis = redis;
        this.events = events;
    }

    /** A webhook and the JSON that it was read from, by which {@link #replace} recognises it. */
    record Stored(Webhook webhook, String json) {
        static Stored of(String json) {
            return new Stored(Json.MAPPER.readValue(json, Webhook.class), json);
        }
    }

    /** What became of a write. */
    enum Written {
        DONE,
        /** There are as many as there may be, or it was changed since it was read. */
        REFUSED,
        GONE
    }

    /** What a change means for deliveries. */
    enum Switch {
        NONE,
        ENABLE,
        DISABLE
    }

    /** Lists a tenant's webhooks, oldest first. */
    Mono<List<Webhook>> list(String tenantId) {
        return redis.<String, String>opsForHash()
                .entries(WebhookKeys.webhooks(tenantId))
                .collectList()
                .map(entries -> entries.stream()
                        .map(entry -> Stored.of(entry.getValue()).webhook())
                        .sorted(Comparator.comparing(Webhook::createdAt).thenComparing(Webhook::id))
                        .toList());
    }

    /** Empty when the tenant has no such webhook. */
    Mono<Stored> find(String tenantId, String webhookId) {
        return redis.<String, String>opsForHash()
                .get(WebhookKeys.webhooks(tenantId), webhookId)
                .map(Stored::of);
    }

    Mono<WebhookStatus> status(String tenantId, String webhookId) {
        return redis.<String, String>opsForHash()
                .entries(WebhookKeys.status(tenantId, webhookId))
                .collectMap(Map.Entry::getKey, Map.Entry::getValue)
                .map(WebhookStatus::fromHash);
    }

    /** Adds a webhook unless the tenant has as many as it may. */
    Mono<Written> add(String tenantId, Webhook webhook, int most) {
        String partition = EventKeys.tenantsOfPartition(events.topic().partitionOf(tenantId));
        return redis.opsForSet()
                .add(partition, tenantId)
                .then(ADD.run(
                        redis,
                        List.of(WebhookKeys.webhooks(tenantId), EventKeys.removed(tenantId)),
                        webhook.id(),
                        json(webhook),
                        most))
                .map(WebhookStore::writtenOf);
    }

    /** Puts a changed webhook in the place of the one that was read. */
    Mono<Written> replace(String tenantId, Stored before, Webhook after, Switch toggle) {
        return REPLACE.run(
                        redis,
                        List.of(WebhookKeys.webhooks(tenantId), WebhookKeys.status(tenantId, after.id())),
                        after.id(),
                        before.json(),
                        json(after),
                        toggle.name())
                .map(WebhookStore::writtenOf);
    }

    /** Removes a webhook and what is known of its deliveries. */
    Mono<Void> remove(String tenantId, String webhookId) {
        return REMOVE.run(
                        redis,
                        List.of(
                                WebhookKeys.webhooks(tenantId),
                                WebhookKeys.status(tenantId, webhookId),
                                WebhookKeys.deliveries(tenantId, webhookId),
                                WebhookKeys.dead(tenantId, webhookId),
                                WebhookKeys.replays(tenantId, webhookId),
                                WebhookKeys.pings(tenantId, webhookId)),
                        webhookId)
                .then();
    }

    /** Adds a replay unless the webhook has as many as it may. */
    Mono<Written> addReplay(String tenantId, String webhookId, Replay replay, int most) {
        return ADD_REPLAY
                .run(
                        redis,
                        List.of(WebhookKeys.webhooks(tenantId), WebhookKeys.replays(tenantId, webhookId)),
                        webhookId,
                        replay.id(),
                        Json.MAPPER.writeValueAsString(replay),
                        most)
                .map(WebhookStore::writtenOf);
    }

    /** Lists the replays of a webhook that are not done, oldest first. */
    Mono<List<Replay>> replays(String tenantId, String webhookId) {
        return redis.<String, String>opsForHash()
                .values(WebhookKeys.replays(tenantId, webhookId))
                .collectList()
                .flatMapMany(Flux::fromIterable)
                .map(json -> Json.MAPPER.readValue(json, Replay.class))
                .sort(Comparator.comparing(Replay::requestedAt).thenComparing(Replay::id))
                .collectList();
    }

    /** Tells the dispatcher that there is something to look at. It looks by itself, later, when the notice is lost. */
    Mono<Void> announce(String tenantId) {
        return redis.convertAndSend(WebhookKeys.CHANGES_CHANNEL, tenantId)
                .then()
                .onErrorComplete();
    }

    private static String json(Webhook webhook) {
        return Json.MAPPER.writeValueAsString(webhook);
    }

    private static Written writtenOf(long answer) {
        return answer > 0 ? Written.DONE : answer == 0 ? Written.REFUSED : Written.GONE;
    }
}
