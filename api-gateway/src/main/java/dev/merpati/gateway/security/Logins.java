package dev.merpati.gateway.security;

import dev.merpati.gateway.tenant.TenantData;
import dev.merpati.model.redis.RedisKeys;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Clock;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import org.springframework.data.domain.Range;
import org.springframework.data.redis.core.ReactiveStringRedisTemplate;
import org.springframework.session.ReactiveSessionRepository;
import org.springframework.session.Session;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * The logins of each account: an index of the sessions in Redis, by the time of their login. A login is in it before its
 * session is good for anything, and ending one removes the session, which every gateway reads at each request. Entries of
 * sessions that have lapsed are dropped when the list is read. An account has {@link #MOST} at a time; a further one ends the
 * oldest.
 */
@Component
public class Logins implements TenantData {
    /** How many logins an account may have at a time. */
    static final int MOST = 20;

    private static final int HANDLE_LENGTH = 32;

    private final ReactiveStringRedisTemplate redis;
    private final ReactiveSessionRepository<? extends Session> sessions;
    private final KnownAccounts accounts;
    private final LoginSettings settings;
    private final Clock clock;

    Logins(
            ReactiveStringRedisTemplate redis,
            ReactiveSessionRepository<? extends Session> sessions,
            KnownAccounts accounts,
            LoginSettings settings,
            Clock clock) {
        this.redis = redis;
        this.sessions = sessions;
        this.accounts = accounts;
        this.settings = settings;
        this.clock = clock;
    }

    /**
     * A login that is good now.
     *
     * @param handle what it is named by on pages; the session's id, which opens it, is shown nowhere
     * @param address it was made from
     * @param current whether it is the one that asks
     */
    public record Entry(
            String handle, Instant since, Instant lastUsed, String address, BrowserName browser, boolean current) {}

    /** Notes a new login; ends the oldest ones when there are too many. */
    Mono<Void> add(String tenantId, String sessionId, Instant since) {
        String key = key(tenantId);
        return redis.opsForZSet()
                .add(key, sessionId, (double) since.toEpochMilli())
                .then(redis.expire(key, settings.sessionLife()))
                .thenMany(redis.opsForZSet().range(key, Range.closed(0L, -(MOST + 1L))))
                .collectList()
                .flatMapMany(Flux::fromIterable)
                .concatMap(oldest -> end(tenantId, oldest))
                .then();
    }

    /** Notes that a login goes on under another session id. */
    Mono<Void> move(String tenantId, String from, String to, Instant since) {
        return redis.opsForZSet()
                .add(key(tenantId), to, (double) since.toEpochMilli())
                .then(redis.opsForZSet().remove(key(tenantId), from))
                .then();
    }

    /** Notes that a login is over. */
    Mono<Void> remove(String tenantId, String sessionId) {
        return redis.opsForZSet().remove(key(tenantId), sessionId).then();
    }

    /**
     * Returns the logins of an account that are good now, the newest first.
     *
     * @param current the id of the session that asks
     */
    public Mono<List<Entry>> list(String tenantId, String current) {
        return accounts.find(tenantId)
                .flatMap(standing -> ids(tenantId)
                        .concatMap(id -> sessions.findById(id)
                                .<Session>map(session -> session)
                                .switchIfEmpty(remove(tenantId, id).then(Mono.empty()))
                                .filter(session -> isGood(session, standing))
                                .map(session -> entryOf(session, id.equals(current))))
                        .collectList());
    }

    /** A session that is being logged in has no version yet. */
    private boolean isGood(Session session, KnownAccounts.Standing standing) {
        Long since = session.getAttribute(BrowserSession.SINCE);
        return since != null
                && standing.credentialVersion().equals(session.getAttribute(BrowserSession.VERSION))
                && Instant.ofEpochMilli(since).plus(settings.sessionLife()).isAfter(clock.instant());
    }

    private static Entry entryOf(Session session, boolean current) {
        Long since = session.getAttribute(BrowserSession.SINCE);
        return new Entry(
                handleOf(session.getId()),
                Instant.ofEpochMilli(Objects.requireNonNullElse(since, 0L)),
                session.getLastAccessedTime(),
                session.getAttributeOrDefault(BrowserSession.ADDRESS, ""),
                BrowserName.parse(session.getAttributeOrDefault(BrowserSession.BROWSER, "")),
                current);
    }

    /**
     * Ends a login of the account.
     *
     * @param handle as {@link #list} has named it
     * @return false when there is none such
     */
    public Mono<Boolean> endOne(String tenantId, String handle) {
        return ids(tenantId)
                .filter(id -> handleOf(id).equals(handle))
                .next()
                .flatMap(id -> end(tenantId, id).thenReturn(true))
                .defaultIfEmpty(false);
    }

    /** Ends all logins of the account but one, as far as they are listed. */
    Mono<Void> endOthers(String tenantId, String current) {
        return ids(tenantId)
                .filter(id -> !id.equals(current))
                .concatMap(id -> end(tenantId, id))
                .then();
    }

    @Override
    public Mono<Void> removeAll(String tenantId) {
        return ids(tenantId)
                .concatMap(sessions::deleteById)
                .then(redis.delete(key(tenantId)))
                .then();
    }

    private Mono<Void> end(String tenantId, String sessionId) {
        return sessions.deleteById(sessionId).then(remove(tenantId, sessionId));
    }

    private Flux<String> ids(String tenantId) {
        return redis.opsForZSet()
                .reverseRange(key(tenantId), Range.unbounded())
                .collectList()
                .flatMapMany(Flux::fromIterable);
    }

    private static String handleOf(String sessionId) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(sessionId.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest).substring(0, HANDLE_LENGTH);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    private static String key(String tenantId) {
        return RedisKeys.tenantTag(tenantId) + "logins";
    }
}
