package dev.merpati.gateway.session;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.merpati.gateway.auth.TenantContext;
import dev.merpati.model.session.SessionRecord;
import dev.merpati.model.session.SessionStatus;
import java.time.Clock;
import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Lists a tenant's sessions. Reads the records of all of them, of which the plan's limit allows only so many. */
@Component
class SessionListing {
    /** How many records are asked for at once. */
    private static final int CONCURRENCY = 64;

    /** Younger entries may belong to a session that is being created right now. */
    private static final Duration REPAIR_AGE = Duration.ofMinutes(1);

    private final TenantSessions index;
    private final SessionStore store;
    private final Clock clock;

    SessionListing(TenantSessions index, SessionStore store, Clock clock) {
        this.index = index;
        this.store = store;
        this.clock = clock;
    }

    /** The answer to a listing; {@code counts} are of all sessions, not only of the page's. */
    record Listing(
            boolean success,
            Map<String, Long> counts,
            List<SessionView> sessions,

            @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable
            String nextCursor) {}

    Mono<Listing> list(TenantContext tenant, SessionPage page) {
        return found(tenant.tenantId()).flatMap(found -> {
            List<TenantSessions.Entry> all = found.stream().map(Found::entry).toList();
            List<TenantSessions.Entry> wanted = page.of(all);
            Map<UUID, SessionRecord> records = found.stream()
                    .map(Found::session)
                    .collect(Collectors.toMap(SessionRecord::id, Function.identity()));
            return Flux.fromIterable(wanted)
                    .mapNotNull(entry -> records.get(entry.sessionId()))
                    .flatMapSequential(this::view, CONCURRENCY)
                    .collectList()
                    .map(views -> new Listing(true, counts(records), views, SessionPage.nextCursor(wanted, all)));
        });
    }

    /** Removes the entries of sessions that are gone, so that they no longer take a place. */
    Mono<Void> repair(String tenantId) {
        return found(tenantId).then();
    }

    private Mono<List<Found>> found(String tenantId) {
        return index.entries(tenantId)
                .flatMapIterable(Function.identity())
                .flatMap(
                        entry -> store.find(entry.sessionId())
                                .map(session -> new Found(entry, session))
                                .map(Optional::of)
                                .switchIfEmpty(drop(tenantId, entry).thenReturn(Optional.empty())),
                        CONCURRENCY)
                .flatMap(Mono::justOrEmpty)
                .collectList();
    }

    private Mono<Void> drop(String tenantId, TenantSessions.Entry entry) {
        return Mono.defer(() -> entry.createdAt().isBefore(clock.instant().minus(REPAIR_AGE))
                ? index.remove(tenantId, entry.sessionId())
                : Mono.empty());
    }

    private Mono<SessionView> view(SessionRecord session) {
        return session.status() == SessionStatus.CONNECTED
                ? store.isOwned(session.id()).map(owned -> SessionView.of(session, owned))
                : Mono.just(SessionView.of(session, false));
    }

    private static Map<String, Long> counts(Map<UUID, SessionRecord> records) {
        Map<SessionStatus, Long> byStatus =
                records.values().stream().collect(Collectors.groupingBy(SessionRecord::status, Collectors.counting()));
        Map<String, Long> counts = new LinkedHashMap<>();
        counts.put("total", (long) records.size());
        Arrays.stream(SessionStatus.values())
                .forEach(status -> counts.put(status.wireName(), byStatus.getOrDefault(status, 0L)));
        return counts;
    }

    private record Found(TenantSessions.Entry entry, SessionRecord session) {}
}
