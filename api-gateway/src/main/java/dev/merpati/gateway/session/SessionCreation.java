package dev.merpati.gateway.session;

import dev.merpati.gateway.auth.TenantContext;
import dev.merpati.gateway.command.CommandDispatcher;
import dev.merpati.gateway.command.Submission;
import dev.merpati.gateway.error.ApiError;
import dev.merpati.gateway.settings.GatewaySettings;
import dev.merpati.gateway.web.RequestContext;
import dev.merpati.gateway.web.Uncancellable;
import dev.merpati.model.command.Command;
import dev.merpati.model.session.SessionRecord;
import dev.merpati.model.session.SessionStatus;
import dev.merpati.model.shard.ShardMap;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.http.HttpStatus;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;
import reactor.util.retry.Retry;

/** Creates sessions: a place in the plan, the record, the command to the worker; all of it or nothing. */
@Component
public class SessionCreation {
    private static final Logger log = LoggerFactory.getLogger(SessionCreation.class);

    /** A plan's limit does not pass with time; this only keeps a client from asking in a loop. */
    private static final Duration LIMIT_RETRY = Duration.ofMinutes(1);

    /** A day of them: nobody else knows that the session was refused. */
    private static final int UNDO_TRIES = 10_000;

    /** How long a worker may take with the command once it has it, and more than Redis is away for in a restart. */
    private static final Duration CONFIRMATION = Duration.ofMinutes(1);

    private final TenantSessions index;
    private final SessionStore store;
    private final SessionListing listing;
    private final CommandDispatcher commands;
    private final ShardMap shardMap;
    private final Clock clock;
    private final Duration confirmWithin;

    SessionCreation(
            TenantSessions index,
            SessionStore store,
            SessionListing listing,
            CommandDispatcher commands,
            ShardMap shardMap,
            GatewaySettings.Commands settings,
            Clock clock) {
        this.index = index;
        this.store = store;
        this.listing = listing;
        this.commands = commands;
        this.shardMap = shardMap;
        this.clock = clock;
        this.confirmWithin = settings.commandTimeToLive().plus(CONFIRMATION);
    }

    /** Creates a session and has a worker connect it; an error of 429 when the plan's limit is reached. */
    public Mono<SessionRecord> create(TenantContext tenant, String name) {
        Instant now = clock.instant().truncatedTo(ChronoUnit.MILLIS);
        SessionRecord session = new SessionRecord(
                UUID.randomUUID(), tenant.tenantId(), name, now, SessionStatus.CONNECTING, null, null, false, true);
        return Uncancellable.of(reserve(tenant, session)
                .then(store.write(session, confirmWithin))
                .then(Mono.defer(() -> commands.submit(new Submission(
                        shardMap.newCommandId(session.id()), tenant, session.id(), new Command.StartSession()))))
                .flatMap(submitted -> submitted == CommandDispatcher.Submitted.UNCONFIRMED
                        ? Mono.error(CommandDispatcher.notQueued().exception())
                        : store.confirm(session.id()).onErrorComplete().thenReturn(session))
                .onErrorResume(failure -> undo(session).then(Mono.error(failure))));
    }

    /** A refusal is checked against the records once, since entries of sessions that are gone may hold places. */
    private Mono<Void> reserve(TenantContext tenant, SessionRecord session) {
        return tryReserve(tenant, session)
                .flatMap(place -> place.taken()
                        ? Mono.empty()
                        : listing.repair(tenant.tenantId())
                                .then(Mono.defer(() -> tryReserve(tenant, session)))
                                .flatMap(again -> again.taken()
                                        ? Mono.empty()
                                        : Mono.error(limitReached(tenant.plan().sessions(), again.used())
                                                .exception())));
    }

    private Mono<TenantSessions.Place> tryReserve(TenantContext tenant, SessionRecord session) {
        return index.reserve(
                tenant.tenantId(),
                new TenantSessions.Entry(session.id(), session.createdAt()),
                tenant.plan().sessions());
    }

    /**
     * Tried at once, and when Redis does not serve for a while longer in the background: the tenant has already been
     * told that there is no session.
     */
    private Mono<Void> undo(SessionRecord session) {
        Mono<Void> undo = store.remove(session.id()).then(index.remove(session.tenantId(), List.of(session.id())));
        return undo.onErrorResume(failure -> Mono.deferContextual(context -> {
            undo.retryWhen(Retry.backoff(UNDO_TRIES, Duration.ofMillis(500)).maxBackoff(Duration.ofSeconds(10)))
                    .onErrorResume(given -> notUndone(session, given))
                    .contextWrite(context)
                    .subscribe();
            return Mono.empty();
        }));
    }

    private static Mono<Void> notUndone(SessionRecord session, Throwable failure) {
        return RequestContext.within(() -> {
            log.error("Session {} was refused but could not be undone", session.id(), failure);
            return Mono.empty();
        });
    }

    private static ApiError limitReached(int limit, long used) {
        return new ApiError(
                        HttpStatus.TOO_MANY_REQUESTS,
                        "Session limit reached",
                        "session_limit_reached",
                        "You have reached your session limit. Delete a session or upgrade your plan.")
                .with("limit", limit)
                .with("used", used)
                .with("remaining", Math.max(0, limit - used))
                .retryAfter(LIMIT_RETRY);
    }
}
