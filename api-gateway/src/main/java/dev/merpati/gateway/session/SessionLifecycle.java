package dev.merpati.gateway.session;

import dev.merpati.gateway.auth.TenantContext;
import dev.merpati.gateway.command.CommandDispatcher;
import dev.merpati.gateway.command.PendingOutcomes;
import dev.merpati.gateway.command.Submission;
import dev.merpati.gateway.command.SubmitResult;
import dev.merpati.gateway.error.Errors;
import dev.merpati.gateway.error.FailureErrors;
import dev.merpati.gateway.settings.GatewaySettings;
import dev.merpati.gateway.web.Uncancellable;
import dev.merpati.model.command.Command;
import dev.merpati.model.outcome.FailureCode;
import dev.merpati.model.outcome.Outcome;
import dev.merpati.model.session.SessionRecord;
import dev.merpati.model.shard.ShardMap;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;

/** Reconnects and deletes sessions. */
@Component
public class SessionLifecycle {
    private static final Duration PAUSE_AFTER_REFUSAL = Duration.ofMillis(500);

    private final TenantSessions index;
    private final SessionStore store;
    private final PendingOutcomes outcomes;
    private final ShardMap shardMap;
    private final GatewaySettings.Timeouts timeouts;
    private final Clock clock;

    SessionLifecycle(
            TenantSessions index,
            SessionStore store,
            PendingOutcomes outcomes,
            ShardMap shardMap,
            GatewaySettings.Timeouts timeouts,
            Clock clock) {
        this.index = index;
        this.store = store;
        this.outcomes = outcomes;
        this.shardMap = shardMap;
        this.timeouts = timeouts;
        this.clock = clock;
    }

    /** Renames a session; an error of 404 when it has just been deleted. */
    public Mono<Void> rename(SessionRecord session, String name) {
        return store.rename(session.id(), name)
                .flatMap(renamed -> renamed
                        ? Mono.empty()
                        : Mono.error(Errors.noSuchSession().exception()));
    }

    /**
     * Completes when the worker has begun anew, so that a QR code that is asked for next is a new one; or after a while,
     * since the command was accepted and will be run.
     */
    public Mono<Void> reconnect(TenantContext tenant, SessionRecord session) {
        return outcomes.submitAndAwait(
                        request(tenant, session, new Command.ReconnectSession()), timeouts.reconnectTimeout())
                .flatMap(result -> switch (result.progress()) {
                    case SubmitResult.Ended(Outcome.Failed failed) ->
                        Mono.error(FailureErrors.of(failed, null).exception());
                    case SubmitResult.SessionDeleted deleted ->
                        Mono.error(Errors.noSuchSession().exception());
                    case SubmitResult.Ended ended -> Mono.empty();
                    case SubmitResult.Pending pending -> Mono.empty();
                });
    }

    /**
     * Completes when the session no longer exists for tenants; what is left of it goes when the worker gets to it. The
     * mark decides: workers delete marked sessions even if no command reaches them, and a repeated delete submits the
     * command again.
     */
    public Mono<Void> delete(TenantContext tenant, SessionRecord session) {
        UUID attempt = UUID.randomUUID();
        Duration undoWithin = timeouts.deleteTimeout().plus(CommandDispatcher.LONGEST_SUBMIT);
        return Uncancellable.of(store.markDeleted(session.id(), attempt, undoWithin)
                .flatMap(mark -> switch (mark) {
                    case OWN ->
                        submitDelete(tenant, session)
                                .onErrorResume(failure -> store.unmarkDeleted(session.id(), attempt)
                                        .onErrorComplete()
                                        .then(Mono.error(failure)));
                    // The attempt that marked it may still fail and take its mark back.
                    case OTHERS -> submitDelete(tenant, session).then(store.takeMark(session.id(), attempt));
                    case NO_SESSION -> Mono.error(Errors.noSuchSession().exception());
                }));
    }

    private Mono<Void> submitDelete(TenantContext tenant, SessionRecord session) {
        Instant deadline = clock.instant().plus(timeouts.deleteTimeout());
        return Mono.defer(() -> outcomes.submitAndAwait(
                        request(tenant, session, new Command.DeleteSession()), timeouts.deleteTimeout()))
                .filter(result -> !isRefused(result.progress()))
                .repeatWhenEmpty(refusals -> refusals.delayElements(PAUSE_AFTER_REFUSAL)
                        .takeWhile(refusal -> clock.instant().isBefore(deadline)))
                // An entry that stays is dropped by the next listing.
                .then(index.remove(session.tenantId(), List.of(session.id())).onErrorComplete());
    }

    private static boolean isRefused(SubmitResult.Progress progress) {
        return progress instanceof SubmitResult.Ended(Outcome.Failed failed)
                && failed.code() != FailureCode.SESSION_DELETED;
    }

    private Submission request(TenantContext tenant, SessionRecord session, Command command) {
        return new Submission(shardMap.newCommandId(session.id()), tenant, session.id(), command);
    }
}
