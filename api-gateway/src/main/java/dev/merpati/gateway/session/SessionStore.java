package dev.merpati.gateway.session;

import dev.merpati.gateway.redis.LuaScript;
import dev.merpati.model.redis.RedisKeys;
import dev.merpati.model.session.SessionRecord;
import dev.merpati.model.shard.ShardMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.springframework.data.redis.core.ReactiveStringRedisTemplate;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;

/** The records of sessions, on the slots of their shards. */
@Component
class SessionStore {
    private static final LuaScript<Long> WRITE = LuaScript.returningLong("write-session");
    private static final LuaScript<Long> REMOVE = LuaScript.returningLong("remove-session");
    private static final LuaScript<Long> MARK = LuaScript.returningLong("mark-session-deleted");
    private static final LuaScript<Long> UNMARK = LuaScript.returningLong("unmark-session-deleted");

    private final ReactiveStringRedisTemplate redis;
    private final RedisKeys keys;
    private final ShardMap shardMap;

    SessionStore(ReactiveStringRedisTemplate redis, RedisKeys keys, ShardMap shardMap) {
        this.redis = redis;
        this.keys = keys;
        this.shardMap = shardMap;
    }

    /** Empty when there is no such session, or when it was deleted. */
    Mono<SessionRecord> find(UUID sessionId) {
        return redis.<String, String>opsForHash()
                .entries(keys.session(sessionId))
                .collectMap(Map.Entry::getKey, Map.Entry::getValue)
                .mapNotNull(hash -> SessionRecord.fromHash(sessionId, hash))
                .filter(session -> !session.deleted());
    }

    /** Whether a worker owns the session at this moment. */
    Mono<Boolean> isOwned(UUID sessionId) {
        return redis.hasKey(keys.owner(shardMap.shardOf(sessionId)));
    }

    Mono<Void> write(SessionRecord session) {
        return WRITE.run(
                        redis,
                        recordAndShard(session.id()),
                        session.id(),
                        session.tenantId(),
                        session.name(),
                        session.createdAt().toEpochMilli())
                .then();
    }

    /** Undoes {@link #write}. */
    Mono<Void> remove(UUID sessionId) {
        return REMOVE.run(redis, recordAndShard(sessionId), sessionId).then();
    }

    /**
     * Marks the session as deleted.
     *
     * @param attempt an id for {@link #unmarkDeleted}
     * @return false when there is nothing to delete
     */
    Mono<Boolean> markDeleted(UUID sessionId, UUID attempt) {
        return MARK.run(redis, List.of(keys.session(sessionId)), attempt).map(done -> done == 1);
    }

    Mono<Void> unmarkDeleted(UUID sessionId, UUID attempt) {
        return UNMARK.run(redis, List.of(keys.session(sessionId)), attempt).then();
    }

    private List<String> recordAndShard(UUID sessionId) {
        return List.of(keys.session(sessionId), keys.sessionsOfShard(shardMap.shardOf(sessionId)));
    }
}
