package dev.merpati.worker.store;

import dev.merpati.model.redis.RedisKeys;
import dev.merpati.model.session.SessionRecord;
import dev.merpati.worker.fencing.FencedRedis;
import dev.merpati.worker.fencing.FencedScript;
import dev.merpati.worker.fencing.ShardLease;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.data.redis.core.StringRedisTemplate;
import org.springframework.data.redis.core.script.RedisScript;

/** The records of sessions in Redis. Thread-safe. */
public final class RedisSessionStore implements SessionStore {
    private static final Logger log = LoggerFactory.getLogger(RedisSessionStore.class);
    private static final FencedScript SHOW = FencedScript.named("show-session");
    private static final FencedScript NOTE_HEARD = FencedScript.named("note-heard");
    private static final FencedScript CONFIRM = FencedScript.named("confirm-session");
    private static final FencedScript DELETE_COMMANDS = FencedScript.named("delete-commands");
    private static final FencedScript DELETE_SESSION = FencedScript.named("delete-session");
    private static final RedisScript<List<String>> MARKED = FencedScript.unfenced("marked-sessions");
    private static final String MISSING = "MISSING";
    /** Keeps one script well under a millisecond, since Redis serves nobody else meanwhile. */
    private static final int COMMANDS_PER_CALL = 200;

    private static final int SESSIONS_PER_CALL = 200;

    private final StringRedisTemplate redis;
    private final FencedRedis fenced;
    private final RedisKeys keys;
    private final InstantSource clock;
    private final Duration qrSafetyMargin;

    public RedisSessionStore(
            StringRedisTemplate redis,
            FencedRedis fenced,
            RedisKeys keys,
            InstantSource clock,
            Duration qrSafetyMargin) {
        this.redis = redis;
        this.fenced = fenced;
        this.keys = keys;
        this.clock = clock;
        this.qrSafetyMargin = qrSafetyMargin;
    }

    @Override
    public Set<UUID> sessionsOf(int shard) {
        Set<UUID> sessions = new HashSet<>();
        Set<String> members = redis.opsForSet().members(keys.sessionsOfShard(shard));
        for (String member : members == null ? Set.<String>of() : members) {
            try {
                sessions.add(UUID.fromString(member));
            } catch (IllegalArgumentException e) {
                log.error("{} holds '{}', which is no session id", keys.sessionsOfShard(shard), member);
            }
        }
        return sessions;
    }

    @Override
    public Set<UUID> markedAsDeleted(Collection<UUID> sessions) {
        Set<UUID> marked = new HashSet<>();
        List<UUID> all = List.copyOf(sessions);
        for (int from = 0; from < all.size(); from += SESSIONS_PER_CALL) {
            List<UUID> some = all.subList(from, Math.min(from + SESSIONS_PER_CALL, all.size()));
            List<String> found = redis.execute(
                    MARKED,
                    some.stream().map(keys::session).toList(),
                    SessionRecord.DELETED,
                    SessionRecord.DELETED_FROM,
                    SessionRecord.CONFIRM_BY);
            found.forEach(index -> marked.add(some.get(Integer.parseInt(index))));
        }
        return marked;
    }

    @Override
    public @Nullable SessionRecord load(UUID sessionId) {
        Map<String, String> hash = redis.<String, String>opsForHash().entries(keys.session(sessionId));
        boolean mayBeUndone = hash.containsKey(SessionRecord.DELETED)
                && hash.containsKey(SessionRecord.DELETED_FROM)
                && markedAsDeleted(List.of(sessionId)).isEmpty();
        if (!mayBeUndone) {
            return SessionRecord.fromHash(sessionId, hash);
        }
        Map<String, String> unmarked = new HashMap<>(hash);
        unmarked.remove(SessionRecord.DELETED);
        return SessionRecord.fromHash(sessionId, unmarked);
    }

    @Override
    public void confirm(ShardLease lease, UUID sessionId) {
        fenced.run(CONFIRM, lease, List.of(keys.session(sessionId)), SessionRecord.CONFIRM_BY);
    }

    @Override
    public Optional<String> show(ShardLease lease, UUID sessionId, SessionView view) {
        SessionView.QrCode code = view.qrCode();
        List<String> result = fenced.run(
                SHOW,
                lease,
                List.of(keys.session(sessionId), keys.qrCode(sessionId)),
                view.status().wireName(),
                view.phoneNumber() == null ? "" : view.phoneNumber(),
                SessionRecord.storedDisconnection(view.disconnection(), view.until()),
                code == null ? "" : code.text(),
                code == null ? 0 : millisToHandOut(code),
                view.passkey() == null ? "" : view.passkey().stored(),
                view.newChatsRestrictedUntil() == null
                        ? ""
                        : view.newChatsRestrictedUntil().toEpochMilli());
        return result.getFirst().equals(MISSING) ? Optional.empty() : Optional.of(result.getLast());
    }

    @Override
    public void noteHeard(ShardLease lease, UUID sessionId, String status) {
        fenced.run(NOTE_HEARD, lease, List.of(keys.session(sessionId)), status);
    }

    @Override
    public void delete(ShardLease lease, UUID sessionId) {
        String commands = keys.commandsOfSession(sessionId);
        for (List<String> ids = someOf(commands); !ids.isEmpty(); ids = someOf(commands)) {
            List<String> scriptKeys = new ArrayList<>(List.of(commands));
            ids.forEach(id -> scriptKeys.add(keys.command(id)));
            fenced.run(DELETE_COMMANDS, lease, scriptKeys, ids.toArray());
        }
        fenced.run(
                DELETE_SESSION,
                lease,
                List.of(
                        keys.sessionsOfShard(lease.shard()),
                        keys.session(sessionId),
                        keys.qrCode(sessionId),
                        keys.credentials(sessionId),
                        keys.receivedFiles(sessionId),
                        keys.receivedFilesByTime(sessionId),
                        commands),
                sessionId);
    }

    private List<String> someOf(String commands) {
        Set<String> ids = redis.opsForZSet().range(commands, 0, COMMANDS_PER_CALL - 1);
        return ids == null ? List.of() : List.copyOf(ids);
    }

    private long millisToHandOut(SessionView.QrCode code) {
        return Duration.between(clock.instant(), code.expiresAt().minus(qrSafetyMargin))
                .toMillis();
    }
}
