package dev.merpati.gateway.webhook;

import dev.merpati.gateway.tenant.TenantData;
import dev.merpati.model.webhook.Webhook;
import dev.merpati.model.webhook.WebhookKeys;
import org.springframework.data.redis.core.ReactiveStringRedisTemplate;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Removes the webhooks of a tenant that is deleted. What the dispatcher keeps of them to itself it removes when it sees that they
 * are gone.
 */
@Component
class WebhookRemoval implements TenantData {
    private final WebhookStore store;
    private final ReactiveStringRedisTemplate redis;

    WebhookRemoval(WebhookStore store, ReactiveStringRedisTemplate redis) {
        this.store = store;
        this.redis = redis;
    }

    @Override
    public Mono<Void> removeAll(String tenantId) {
        return store.list(tenantId)
                .flatMapMany(Flux::fromIterable)
                .map(Webhook::id)
                .concatMap(webhookId -> store.remove(tenantId, webhookId))
                .then(redis.delete(WebhookKeys.webhooks(tenantId)))
                .then(store.announce(tenantId));
    }
}
