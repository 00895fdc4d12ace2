package dev.merpati.gateway.session;

import dev.merpati.gateway.redis.LuaScript;
import dev.merpati.model.redis.RedisKeys;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.data.domain.Range;
import org.springframework.data.redis.core.ReactiveStringRedisTemplate;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;

/** Which sessions a tenant has, in the tenant's slot; what the plan's limit counts. */
@Component
class TenantSessions {
    private static final LuaScript<List<Object>> RESERVE = LuaScript.returningList("reserve-session");
    private static final LuaScript<List<Object>> PAGE = LuaScript.returningList("page-tenant-sessions");

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

    /** Gives places back. */
    Mono<Void> remove(String tenantId, Collection<UUID> sessionIds) {
        return sessionIds.isEmpty()
                ? Mono.empty()
                : redis.opsForZSet()
                        .remove(
                                RedisKeys.sessionsOfTenant(tenantId),
                                sessionIds.stream().map(UUID::toString).toArray())
                        .then();
    }

    /**
     * Reads a part of the tenant's sessions, oldest first; those of one millisecond by id.
     *
     * @param after the last session of the part before; null for the first part
     */
    Mono<List<Entry>> page(String tenantId, @Nullable Entry after, int limit) {
        return PAGE.run(
                        redis,
                        List.of(RedisKeys.sessionsOfTenant(tenantId)),
                        after == null ? "" : after.createdAt().toEpochMilli(),
                        after == null ? "" : after.sessionId(),
                        limit)
                .map(TenantSessions::entriesOf);
    }

    /** Reads a part of the tenant's sessions, newest first. */
    Mono<List<UUID>> newest(String tenantId, long offset, int limit) {
        return redis.opsForZSet()
                .reverseRange(RedisKeys.sessionsOfTenant(tenantId), Range.closed(offset, offset + limit - 1))
                .map(UUID::fromString)
                .collectList();
    }

    Mono<Long> count(String tenantId) {
        return redis.opsForZSet().size(RedisKeys.sessionsOfTenant(tenantId));
    }

    private static List<Entry> entriesOf(List<Object> idsAndTimes) {
        List<Entry> entries = new ArrayList<>();
        for (int i = 0; i < idsAndTimes.size(); i += 2) {
            entries.add(new Entry(UUID.fromString((String) idsAndTimes.get(i)), Instant.ofEpochMilli((long)
                    Double.parseDouble((String) idsAndTimes.get(i + 1)))));
        }
        return entries;
    }

    /**
     * Reads all sessions of a tenant. Not one by one: while an answer waits for demand, nothing else is read from the
     * connection, not even what would bring the demand.
     */
    Mono<List<Entry>> all(String tenantId) {
        return redis.opsForZSet()
                .rangeWithScores(RedisKeys.sessionsOfTenant(tenantId), Range.unbounded())
                .map(member -> new Entry(
                        UUID.fromString(Objects.requireNonNull(member.getValue())),
                        Instant.ofEpochMilli(
                                Objects.requireNonNull(member.getScore()).longValue())))
                .collectList();
    }
}
