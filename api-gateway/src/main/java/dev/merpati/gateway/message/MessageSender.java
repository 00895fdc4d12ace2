package dev.merpati.gateway.message;

import dev.merpati.gateway.auth.TenantContext;
import dev.merpati.gateway.command.PendingOutcomes;
import dev.merpati.gateway.command.Submission;
import dev.merpati.gateway.command.SubmitResult;
import dev.merpati.gateway.error.ApiException;
import dev.merpati.gateway.error.Errors;
import dev.merpati.gateway.error.FailureErrors;
import dev.merpati.gateway.session.SessionAccess;
import dev.merpati.gateway.settings.GatewaySettings;
import dev.merpati.model.command.Command;
import dev.merpati.model.outcome.CommandState;
import dev.merpati.model.outcome.Outcome;
import dev.merpati.model.session.SessionRecord;
import dev.merpati.model.shard.ShardMap;
import java.util.Optional;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;

/** Sends messages: chooses the id, minds the idempotency key, waits for WhatsApp's acknowledgement. */
@Component
class MessageSender {
    private final PendingOutcomes outcomes;
    private final IdempotencyKeys idempotencyKeys;
    private final ShardMap shardMap;
    private final GatewaySettings.Timeouts timeouts;

    MessageSender(
            PendingOutcomes outcomes,
            IdempotencyKeys idempotencyKeys,
            ShardMap shardMap,
            GatewaySettings.Timeouts timeouts) {
        this.outcomes = outcomes;
        this.idempotencyKeys = idempotencyKeys;
        this.shardMap = shardMap;
        this.timeouts = timeouts;
    }

    /**
     * A message that was given to a worker.
     *
     * @param state {@code SUCCEEDED} once WhatsApp has acknowledged it
     * @param isNew false when an earlier request with the same idempotency key gave it, so that this one was not used
     */
    record Sent(String messageId, CommandState state, boolean isNew) {}

    /**
     * An error when a new message could certainly not be sent now, for those who want to know it before they read a file.
     * A request whose key is bound passes: its answer is that of the first.
     */
    Mono<Void> requireSendable(TenantContext tenant, SessionRecord session, Optional<String> idempotencyKey) {
        return Mono.justOrEmpty(idempotencyKey)
                .flatMap(key -> idempotencyKeys.isBound(tenant.tenantId(), key))
                .defaultIfEmpty(false)
                .doOnNext(bound -> {
                    if (!bound) {
                        SessionAccess.requireUsable(session);
                    }
                })
                .then();
    }

    /** An error when the message failed, or was not even tried. */
    Mono<Sent> send(TenantContext tenant, SessionRecord session, Command.Send send, Optional<String> idempotencyKey) {
        if (idempotencyKey.isEmpty()) {
            return begin(tenant, session, send, shardMap.newCommandId(session.id()), true);
        }
        String key = idempotencyKey.get();
        return idempotencyKeys
                .bind(tenant.tenantId(), key, session.id(), RequestFingerprint.of(session.id(), send))
                .flatMap(bound -> begin(tenant, session, send, bound.commandId(), bound.isNew())
                        .onErrorResume(failure -> mayBeTriedAgain(failure)
                                ? idempotencyKeys
                                        .release(tenant.tenantId(), key, bound.commandId())
                                        .onErrorComplete()
                                        .then(Mono.error(failure))
                                : Mono.error(failure)));
    }

    private Mono<Sent> begin(
            TenantContext tenant, SessionRecord session, Command.Send send, String messageId, boolean isNew) {
        return Mono.defer(() -> {
            if (isNew) {
                SessionAccess.requireUsable(session);
            }
            return outcomes.submitAndAwait(
                            new Submission(messageId, tenant, session.id(), send), timeouts.sendTimeout())
                    .flatMap(result -> sent(messageId, send.to(), result));
        });
    }

    private static Mono<Sent> sent(String messageId, String to, SubmitResult result) {
        return switch (result.progress()) {
            case SubmitResult.Ended(Outcome.Failed failed) ->
                Mono.error(FailureErrors.of(failed, to).exception());
            case SubmitResult.Ended ended -> Mono.just(new Sent(messageId, CommandState.SUCCEEDED, result.isNew()));
            case SubmitResult.Pending(CommandState state) -> Mono.just(new Sent(messageId, state, result.isNew()));
            case SubmitResult.SessionDeleted deleted ->
                Mono.error(Errors.noSuchSession().exception());
        };
    }

    /**
     * Errors that ask the client to come again, and that a session which is not connected: nothing was sent, and the
     * same key must not answer the same for a day. Any other error is the answer to the key from now on.
     */
    private static boolean mayBeTriedAgain(Throwable failure) {
        return failure instanceof ApiException known
                && (known.error().retryAfter() != null || known.error().status().value() == 409);
    }
}
