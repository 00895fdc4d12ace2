package dev.merpati.gateway.session;

import dev.merpati.gateway.auth.TenantContext;
import dev.merpati.model.session.SessionStatus;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/**
 * Lists a tenant's sessions: a page read by range, and counts of all of them by status.
 *
 * <p>The lists of one tenant are answered in batches, one batch at a time: the statuses are read once for a whole batch, by
 * shard, after all of its requests had come, so that the counts are right for each of them. However many lists a tenant
 * asks for at once, it has no more than a few commands under way to Redis, and between two batches it rests for as long as
 * the counting took.
 */
@Component
public class SessionListing {
    private static final Duration LONGEST_REST = Duration.ofSeconds(1);
    /** Younger entries may belong to a session that is being created right now. */
    private static final Duration REPAIR_AGE = Duration.ofMinutes(1);
    /** How long a refused creation relies on the last repair of the tenant's index. */
    private static final Duration REPAIR_INTERVAL = Duration.ofSeconds(10);

    private final TenantSessions index;
    private final SessionStore store;
    private final Clock clock;
    /** The requests that wait for the next batch of each tenant that has one under way. */
    private final ConcurrentMap<String, List<Waiting<?>>> waiting = new ConcurrentHashMap<>();

    private final ConcurrentMap<String, Repair> repairs = new ConcurrentHashMap<>();

    SessionListing(TenantSessions index, SessionStore store, Clock clock) {
        this.index = index;
        this.store = store;
        this.clock = clock;
    }

    /** The answer to a listing; {@code counts} are of all sessions, not only of the page's. */
    record Listing(
            boolean success,
            Counts counts,
            List<SessionView> sessions,
            @Nullable String nextCursor) {}

    /** How many sessions there are, in all and of each status. */
    public record Counts(long total, long connected, long connecting, long qr, long disconnected) {
        static Counts of(Collection<SessionStatus> statuses) {
            Map<SessionStatus, Long> by = new EnumMap<>(SessionStatus.class);
            statuses.forEach(status -> by.merge(status, 1L, Long::sum));
            return new Counts(
                    statuses.size(),
                    by.getOrDefault(SessionStatus.CONNECTED, 0L),
                    by.getOrDefault(SessionStatus.CONNECTING, 0L),
                    by.getOrDefault(SessionStatus.QR, 0L),
                    by.getOrDefault(SessionStatus.DISCONNECTED, 0L));
        }
    }

    Mono<Listing> list(TenantContext tenant, SessionPage page) {
        return inNextBatch(tenant.tenantId(), counts -> listing(tenant.tenantId(), page, counts));
    }

    /** Counts the tenant's sessions by status, {@code total} included. */
    public Mono<Counts> counts(String tenantId) {
        return inNextBatch(tenantId, Mono::just);
    }

    /**
     * Removes the entries of sessions that are gone, so that they no longer take a place. Does nothing when that was done
     * a moment ago: a tenant that goes on asking for more than its plan allows reads no records.
     */
    Mono<Void> repair(String tenantId) {
        return Mono.defer(() -> {
            Instant now = clock.instant();
            repairs.values().removeIf(repair -> repair.isOver(now));
            return repairs.computeIfAbsent(
                            tenantId,
                            id -> new Repair(
                                    now.plus(REPAIR_INTERVAL),
                                    inNextBatch(id, counts -> Mono.just(counts))
                                            .then()
                                            .onErrorComplete()
                                            .cache()))
                    .done();
        });
    }

    private record Repair(Instant validUntil, Mono<Void> done) {
        boolean isOver(Instant now) {
            return now.isAfter(validUntil);
        }
    }

    private Mono<Listing> listing(String tenantId, SessionPage page, Counts counts) {
        return index.page(tenantId, page.after(), page.limit() + 1).flatMap(found -> {
            List<TenantSessions.Entry> entries =
                    found.stream().limit(page.limit()).toList();
            String nextCursor = found.size() > page.limit() ? SessionPage.cursorOf(entries.getLast()) : null;
            return store.views(entries.stream()
                            .map(TenantSessions.Entry::sessionId)
                            .toList())
                    .map(views -> new Listing(true, counts, views, nextCursor));
        });
    }

    /** Counts by status, {@code total} included, and drops the entries of sessions that are gone. */
    private Mono<Counts> count(String tenantId) {
        return index.all(tenantId)
                .flatMap(entries -> store.statuses(entries.stream()
                                .map(TenantSessions.Entry::sessionId)
                                .toList())
                        .flatMap(statuses -> {
                            List<UUID> gone = entries.stream()
                                    .filter(entry -> !statuses.containsKey(entry.sessionId()))
                                    .filter(entry -> entry.createdAt()
                                            .isBefore(clock.instant().minus(REPAIR_AGE)))
                                    .map(TenantSessions.Entry::sessionId)
                                    .toList();
                            return index.remove(tenantId, gone).thenReturn(Counts.of(statuses.values()));
                        }));
    }

    <T> Mono<T> inNextBatch(String tenantId, Function<Counts, Mono<T>> work) {
        return Mono.defer(() -> {
            Waiting<T> mine = new Waiting<>(work, Sinks.one());
            AtomicBoolean first = new AtomicBoolean();
            waiting.compute(tenantId, (id, others) -> {
                first.set(others == null);
                List<Waiting<?>> all = others == null ? new ArrayList<>() : others;
                all.add(mine);
                return all;
            });
            if (first.get()) {
                runBatches(tenantId);
            }
            return mine.result().asMono();
        });
    }

    /** Answers all that wait now, rests, and goes on until nobody waits. */
    private void runBatches(String tenantId) {
        List<Waiting<?>> batch = new ArrayList<>();
        waiting.computeIfPresent(tenantId, (id, all) -> {
            batch.addAll(all);
            return all.isEmpty() ? null : new ArrayList<>();
        });
        if (batch.isEmpty()) {
            return;
        }
        count(tenantId)
                .elapsed()
                .flatMap(timed -> Flux.fromIterable(batch)
                        .concatMap(each -> each.answer(timed.getT2()))
                        .then(Mono.delay(rest(Duration.ofMillis(timed.getT1())))))
                .doOnError(failure -> batch.forEach(each -> each.result().tryEmitError(failure)))
                .onErrorComplete()
                .doFinally(end -> runBatches(tenantId))
                .subscribe();
    }

    private static Duration rest(Duration counting) {
        return counting.compareTo(LONGEST_REST) < 0 ? counting : LONGEST_REST;
    }

    /** One request, and what it does once the sessions have been counted. */
    private record Waiting<T>(Function<Counts, Mono<T>> work, Sinks.One<T> result) {
        Mono<Void> answer(Counts counts) {
            return work.apply(counts)
                    .doOnNext(result::tryEmitValue)
                    .doOnError(result::tryEmitError)
                    .onErrorComplete()
                    .then();
        }
    }
}
