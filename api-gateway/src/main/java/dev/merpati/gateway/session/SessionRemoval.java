package dev.merpati.gateway.session;

import dev.merpati.gateway.auth.TenantContext;
import dev.merpati.gateway.tenant.Plan;
import dev.merpati.gateway.tenant.TenantData;
import dev.merpati.model.redis.RedisKeys;
import org.springframework.core.annotation.Order;
import org.springframework.data.redis.core.ReactiveStringRedisTemplate;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Deletes all sessions of a tenant that is deleted: unlinks their devices, removes their commands and files. */
@Component
@Order(0) // While all else is still there: it is what takes longest and fails most.
class SessionRemoval implements TenantData {
    private static final int AT_ONCE = 16;

    private final TenantSessions index;
    private final SessionStore store;
    private final SessionLifecycle lifecycle;
    private final ReactiveStringRedisTemplate redis;

    SessionRemoval(
            TenantSessions index, SessionStore store, SessionLifecycle lifecycle, ReactiveStringRedisTemplate redis) {
        this.index = index;
        this.store = store;
        this.lifecycle = lifecycle;
        this.redis = redis;
    }

    @Override
    public Mono<Void> removeAll(String tenantId) {
        TenantContext tenant = new TenantContext(tenantId, "removal", new Plan(0, 0, 1, 0L), "removal-" + tenantId);
        return index.all(tenantId)
                .flatMapMany(Flux::fromIterable)
                .flatMap(
                        entry -> store.find(entry.sessionId()).flatMap(session -> lifecycle.delete(tenant, session)),
                        AT_ONCE)
                .then(redis.delete(RedisKeys.sessionsOfTenant(tenantId)))
                .then();
    }
}
