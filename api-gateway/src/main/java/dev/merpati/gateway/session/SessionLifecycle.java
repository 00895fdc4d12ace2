package dev.merpati.gateway.session;

import dev.merpati.gateway.auth.TenantContext;
import dev.merpati.gateway.command.PendingOutcomes;
import dev.merpati.gateway.command.Submission;
import dev.merpati.gateway.command.SubmitResult;
import dev.merpati.gateway.error.Errors;
import dev.merpati.gateway.error.FailureErrors;
import dev.merpati.gateway.settings.GatewaySettings;
import dev.merpati.gateway.web.Uncancellable;
import dev.merpati.model.command.Command;
import dev.merpati.model.outcome.Outcome;
import dev.merpati.model.session.SessionRecord;
import dev.merpati.model.shard.ShardMap;
import java.util.UUID;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;

/** Reconnects and deletes sessions. */
@Component
class SessionLifecycle {
    private final TenantSessions index;
    private final SessionStore store;
    private final PendingOutcomes outcomes;
    private final ShardMap shardMap;
    private final GatewaySettings.Timeouts timeouts;

    SessionLifecycle(
            TenantSessions index,
            SessionStore store,
            PendingOutcomes outcomes,
            ShardMap shardMap,
            GatewaySettings.Timeouts timeouts) {
        this.index = index;
        this.store = store;
        this.outcomes = outcomes;
        this.shardMap = shardMap;
        this.timeouts = timeouts;
    }

    /**
     * Completes when the worker has begun anew, so that a QR code that is asked for next is a new one; or after a while,
     * since the command was accepted and will be run.
     */
    Mono<Void> reconnect(TenantContext tenant, SessionRecord session) {
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

    /** Completes when the session no longer exists for tenants; what is left of it goes when the worker gets to it. */
    Mono<Void> delete(TenantContext tenant, SessionRecord session) {
        UUID attempt = UUID.randomUUID();
        return Uncancellable.of(store.markDeleted(session.id(), attempt)
                .flatMap(marked -> marked
                        ? deleteMarked(tenant, session)
                                .onErrorResume(
                                        failure -> restore(session, attempt).then(Mono.error(failure)))
                        : Mono.error(Errors.noSuchSession().exception())));
    }

    private Mono<Void> deleteMarked(TenantContext tenant, SessionRecord session) {
        return index.remove(tenant.tenantId(), session.id())
                .then(Mono.defer(() -> outcomes.submitAndAwait(
                        request(tenant, session, new Command.DeleteSession()), timeouts.deleteTimeout())))
                .then();
    }

    private Mono<Void> restore(SessionRecord session, UUID attempt) {
        return index.add(session.tenantId(), new TenantSessions.Entry(session.id(), session.createdAt()))
                .then(store.unmarkDeleted(session.id(), attempt))
                .onErrorComplete();
    }

    private Submission request(TenantContext tenant, SessionRecord session, Command command) {
        return new Submission(shardMap.newCommandId(session.id()), tenant, session.id(), command);
    }
}
