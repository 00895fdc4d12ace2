package dev.merpati.gateway.session;

import dev.merpati.gateway.redis.LuaScript;
import dev.merpati.model.redis.RedisKeys;
import dev.merpati.model.session.SessionRecord;
import dev.merpati.model.session.SessionStatus;
import dev.merpati.model.shard.ShardMap;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.springframework.data.redis.core.ReactiveStringRedisTemplate;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** The records of sessions, on the slots of their shards. */
@Component
class SessionStore {
    private static final LuaScript<Long> WRITE = LuaScript.returningLong("write-session");
    private static final LuaScript<Long> REMOVE = LuaScript.returningLong("remove-session");
    private static final LuaScript<Long> MARK = LuaScript.returningLong("mark-session-deleted");
    private static final LuaScript<Long> RENAME = LuaScript.returningLong("rename-session");
    private static final LuaScript<List<Object>> READ = LuaScript.returningList("read-sessions");
    private static final LuaScript<Long> UNMARK = LuaScript.returningLong("unmark-session-deleted");

    private static final List<String> FIELDS_OF_STATUS = List.of(SessionRecord.STATUS, SessionRecord.DELETED);
    private static final List<String> FIELDS_OF_VIEW = List.of(
            SessionRecord.TENANT,
            SessionRecord.NAME,
            SessionRecord.CREATED_AT,
            SessionRecord.STATUS,
            SessionRecord.PHONE_NUMBER,
            SessionRecord.DISCONNECTION,
            SessionRecord.PASSKEY,
            SessionRecord.NEW_CHATS_RESTRICTED_UNTIL,
            SessionRecord.DELETED);
    /** Redis runs nothing else while it runs a script: each stays below a millisecond. */
    private static final int SESSIONS_PER_COMMAND = 100;

    private static final int COMMANDS_AT_ONCE = 8;

    private final ReactiveStringRedisTemplate redis;
    private final RedisKeys keys;
    private final ShardMap shardMap;

    SessionStore(ReactiveStringRedisTemplate redis, RedisKeys keys, ShardMap shardMap) {
        this.redis = redis;
        this.keys = keys;
        this.shardMap = shardMap;
    }

    /** Finds a session; one that was deleted and of which something is left is marked so. Empty when there is none. */
    Mono<SessionRecord> find(UUID sessionId) {
        return redis.<String, String>opsForHash()
                .entries(keys.session(sessionId))
                .collectMap(Map.Entry::getKey, Map.Entry::getValue)
                .mapNotNull(hash -> SessionRecord.fromHash(sessionId, hash));
    }

    /**
     * Reads how sessions stand; those that are gone or marked as deleted are left out.
     *
     * @return in the order of the ids
     */
    Mono<List<SessionView>> views(List<UUID> sessionIds) {
        return read(sessionIds, FIELDS_OF_VIEW, (id, owned, hash) -> {
                    SessionRecord session = SessionRecord.fromHash(id, hash);
                    return session == null || session.deleted() ? null : SessionView.of(session, owned);
                })
                .map(views -> sessionIds.stream()
                        .map(views::get)
                        .filter(Objects::nonNull)
                        .toList());
    }

    /** Reads the statuses of sessions; those that are gone or marked as deleted are left out. */
    Mono<Map<UUID, SessionStatus>> statuses(List<UUID> sessionIds) {
        return read(sessionIds, FIELDS_OF_STATUS, (id, owned, hash) -> {
            String status = hash.get(SessionRecord.STATUS);
            return status == null || hash.containsKey(SessionRecord.DELETED) ? null : SessionStatus.ofWireName(status);
        });
    }

    private <T> Mono<Map<UUID, T>> read(List<UUID> sessionIds, List<String> fields, Reader<T> reader) {
        Map<Integer, List<UUID>> byShard = sessionIds.stream().collect(Collectors.groupingBy(shardMap::shardOf));
        return Flux.fromIterable(byShard.entrySet())
                .flatMapIterable(shard -> chunksOf(shard.getKey(), shard.getValue()))
                .flatMap(chunk -> read(chunk, fields), COMMANDS_AT_ONCE)
                .collect(HashMap::new, (all, chunk) -> chunk.addTo(all, fields, reader));
    }

    private static List<Chunk> chunksOf(int shard, List<UUID> sessionIds) {
        return IntStream.iterate(0, from -> from < sessionIds.size(), from -> from + SESSIONS_PER_COMMAND)
                .mapToObj(from -> new Chunk(
                        shard,
                        sessionIds.subList(from, Math.min(from + SESSIONS_PER_COMMAND, sessionIds.size())),
                        List.of()))
                .toList();
    }

    private Mono<Chunk> read(Chunk chunk, List<String> fields) {
        List<String> hashes = new ArrayList<>();
        hashes.add(keys.owner(chunk.shard()));
        chunk.sessionIds().forEach(id -> hashes.add(keys.session(id)));
        return READ.run(redis, hashes, fields.toArray())
                .map(values -> new Chunk(chunk.shard(), chunk.sessionIds(), values));
    }

    /** Makes something of a session's fields; null when there is nothing to be made of them. */
    private interface Reader<T> {
        @Nullable
        T read(UUID sessionId, boolean owned, Map<String, String> hash);
    }

    /**
     * Some sessions of one shard, read by one command.
     *
     * @param values what {@code read-sessions.lua} returned
     */
    private record Chunk(int shard, List<UUID> sessionIds, List<Object> values) {
        <T> void addTo(Map<UUID, T> all, List<String> fields, Reader<T> reader) {
            Iterator<Object> value = values.iterator();
            boolean owned = (Long) value.next() == 1;
            for (UUID sessionId : sessionIds) {
                Map<String, String> hash = new HashMap<>();
                for (String field : fields) {
                    String text = (String) value.next();
                    if (!text.isEmpty()) {
                        hash.put(field, text);
                    }
                }
                T read = reader.read(sessionId, owned, hash);
                if (read != null) {
                    all.put(sessionId, read);
                }
            }
        }
    }

    /** Whether a worker owns the session at this moment. */
    Mono<Boolean> isOwned(UUID sessionId) {
        return redis.hasKey(keys.owner(shardMap.shardOf(sessionId)));
    }

    /**
     * Writes a new session's record.
     *
     * @param confirmWithin how long workers wait for {@link #confirm} until they take the session for never created
     */
    Mono<Void> write(SessionRecord session, Duration confirmWithin) {
        return WRITE.run(
                        redis,
                        recordAndShard(session.id()),
                        session.id(),
                        session.tenantId(),
                        session.name(),
                        session.createdAt().toEpochMilli(),
                        confirmWithin.toMillis())
                .then();
    }

    /** Notes that the command to start a new session has reached Kafka; a worker that has it does the same. */
    Mono<Void> confirm(UUID sessionId) {
        return redis.opsForHash()
                .remove(keys.session(sessionId), SessionRecord.CONFIRM_BY)
                .then();
    }

    /** Undoes {@link #write}. */
    Mono<Void> remove(UUID sessionId) {
        return REMOVE.run(redis, recordAndShard(sessionId), sessionId).then();
    }

    /** Renames a session; false when it is gone or marked as deleted. */
    Mono<Boolean> rename(UUID sessionId, String name) {
        return RENAME.run(redis, List.of(keys.session(sessionId)), name).map(renamed -> renamed == 1);
    }

    /** Whose mark of deletion a session has. */
    enum Mark {
        NO_SESSION,
        OWN,
        OTHERS
    }

    /**
     * Marks the session as deleted unless it is marked already.
     *
     * @param attempt an id for {@link #unmarkDeleted}
     * @param undoWithin how long that may take; workers leave the session as it is until then
     */
    Mono<Mark> markDeleted(UUID sessionId, UUID attempt, Duration undoWithin) {
        return MARK.run(redis, List.of(keys.session(sessionId)), attempt, "keep", undoWithin.toMillis())
                .map(mark -> Mark.values()[mark.intValue()]);
    }

    /** Makes somebody else's mark that of this attempt, for good; does nothing when the session is gone. */
    Mono<Void> takeMark(UUID sessionId, UUID attempt) {
        return MARK.run(redis, List.of(keys.session(sessionId)), attempt, "take", 0)
                .then();
    }

    Mono<Void> unmarkDeleted(UUID sessionId, UUID attempt) {
        return UNMARK.run(redis, List.of(keys.session(sessionId)), attempt).then();
    }

    private List<String> recordAndShard(UUID sessionId) {
        return List.of(keys.session(sessionId), keys.sessionsOfShard(shardMap.shardOf(sessionId)));
    }
}
