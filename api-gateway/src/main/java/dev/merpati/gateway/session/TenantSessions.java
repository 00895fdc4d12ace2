package dev.merpati.gateway.session;

import dev.merpati.gateway.redis.LuaScript;
import dev.merpati.model.redis.RedisKeys;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import org.springframework.data.domain.Range;
import org.springframework.data.redis.core.ReactiveStringRedisTemplate;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;

/** Which sessions a tenant has, on the tenant's slot; what the plan's limit counts. */
@Component
class TenantSessions {
    private static final LuaScript<List<Object>> RESERVE = LuaScript.returningList("reserve-session");

    private final ReactiveStringRedisTemplate redis;

    TenantSessions(ReactiveStringRedisTemplate redis) {
        this.redis = redis;
    }

    /** One session of a tenant. */
    record Entry(UUID sessionId, Instant createdAt) {}

    /** Whether there was a place, and how many are taken now. */
    record Place(boolean taken, long used) {}

    /** Takes a place, atomically: two requests at once cannot both take the last one. */
    Mono<Place> reserve(String tenantId, Entry entry, int limit) {
        return RESERVE.run(
                        redis,
                        List.of(RedisKeys.sessionsOfTenant(tenantId)),
                        entry.sessionId(),
                        entry.createdAt().toEpochMilli(),
                        limit)
                .map(answer -> new Place((Long) answer.get(0) == 1, (Long) answer.get(1)));
    }

    Mono<Void> add(String tenantId, Entry entry) {
        return redis.opsForZSet()
                .add(RedisKeys.sessionsOfTenant(tenantId), entry.sessionId().toString(), (double)
                        entry.createdAt().toEpochMilli())
                .then();
    }

    Mono<Void> remove(String tenantId, UUID sessionId) {
        return redis.opsForZSet()
                .remove(RedisKeys.sessionsOfTenant(tenantId), sessionId.toString())
                .then();
    }

    /**
     * All sessions of a tenant, oldest first; those of one millisecond by id. Not one by one: while an answer waits for
     * demand, nothing else is read from the connection, not even what would bring the demand.
     */
    Mono<List<Entry>> entries(String tenantId) {
        return redis.opsForZSet()
                .rangeWithScores(RedisKeys.sessionsOfTenant(tenantId), Range.unbounded())
                .map(member -> new Entry(
                        UUID.fromString(Objects.requireNonNull(member.getValue())),
                        Instant.ofEpochMilli(
                                Objects.requireNonNull(member.getScore()).longValue())))
                .collectList();
    }
}
