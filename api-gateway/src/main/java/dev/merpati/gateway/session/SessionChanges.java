package dev.merpati.gateway.session;

import dev.merpati.gateway.auth.TenantContext;
import dev.merpati.gateway.command.Answer;
import dev.merpati.gateway.command.CommandBus;
import dev.merpati.gateway.command.CommandRequest;
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
class SessionChanges {
    private final SessionIndex index;
    private final SessionStore store;
    private final CommandBus commands;
    private final ShardMap shardMap;
    private final GatewaySettings settings;

    SessionChanges(
            SessionIndex index, SessionStore store, CommandBus commands, ShardMap shardMap, GatewaySettings settings) {
        this.index = index;
        this.store = store;
        this.commands = commands;
        this.shardMap = shardMap;
        this.settings = settings;
    }

    /**
     * Completes when the worker has begun anew, so that a QR code that is asked for next is a new one; or after a while,
     * since the command was accepted and will be run.
     */
    Mono<Void> reconnect(TenantContext tenant, SessionRecord session) {
        return commands.giveAndAwait(
                        request(tenant, session, new Command.ReconnectSession()), settings.reconnectTimeout())
                .flatMap(reply -> switch (reply.answer()) {
                    case Answer.Ended(Outcome.Failed failed) ->
                        Mono.error(FailureErrors.of(failed, null).exception());
                    case Answer.Gone gone -> Mono.error(Errors.noSuchSession().exception());
                    case Answer.Ended ended -> Mono.empty();
                    case Answer.Pending pending -> Mono.empty();
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
                .then(Mono.defer(() -> commands.giveAndAwait(
                        request(tenant, session, new Command.DeleteSession()), settings.deleteTimeout())))
                .then();
    }

    private Mono<Void> restore(SessionRecord session, UUID attempt) {
        return index.add(session.tenantId(), new SessionIndex.Entry(session.id(), session.createdAt()))
                .then(store.unmarkDeleted(session.id(), attempt))
                .onErrorComplete();
    }

    private CommandRequest request(TenantContext tenant, SessionRecord session, Command command) {
        return new CommandRequest(shardMap.newCommandId(session.id()), tenant, session.id(), command);
    }
}
