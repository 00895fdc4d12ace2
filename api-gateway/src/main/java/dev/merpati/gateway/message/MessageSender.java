package dev.merpati.gateway.message;

import dev.merpati.gateway.auth.TenantContext;
import dev.merpati.gateway.command.PendingOutcomes;
import dev.merpati.gateway.command.StoredCommand;
import dev.merpati.gateway.command.Submission;
import dev.merpati.gateway.command.SubmitResult;
import dev.merpati.gateway.error.ApiError;
import dev.merpati.gateway.error.ApiException;
import dev.merpati.gateway.error.FailureErrors;
import dev.merpati.gateway.idempotency.IdempotencyKeys;
import dev.merpati.gateway.session.SessionAccess;
import dev.merpati.gateway.settings.GatewaySettings;
import dev.merpati.gateway.usage.MessageQuota;
import dev.merpati.model.command.Command;
import dev.merpati.model.outcome.CommandState;
import dev.merpati.model.outcome.FailureCode;
import dev.merpati.model.outcome.Outcome;
import dev.merpati.model.session.SessionRecord;
import dev.merpati.model.shard.ShardMap;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;

/** Sends messages: chooses the id, minds the idempotency key, waits for WhatsApp's acknowledgement. */
@Component
public class MessageSender {
    private final PendingOutcomes outcomes;
    private final IdempotencyKeys idempotencyKeys;
    private final MessageQuota quota;
    private final ShardMap shardMap;
    private final GatewaySettings.Timeouts timeouts;

    MessageSender(
            PendingOutcomes outcomes,
            IdempotencyKeys idempotencyKeys,
            MessageQuota quota,
            ShardMap shardMap,
            GatewaySettings.Timeouts timeouts) {
        this.outcomes = outcomes;
        this.idempotencyKeys = idempotencyKeys;
        this.quota = quota;
        this.shardMap = shardMap;
        this.timeouts = timeouts;
    }

    /** A message that may be submitted, with its id. */
    record Draft(
            TenantContext tenant,
            SessionRecord session,
            Command.Send send,
            String messageId,
            IdempotencyKeys.@Nullable Binding binding,
            MessageQuota.Hold hold) {}

    /**
     * A message that was submitted.
     *
     * @param state {@code SUCCEEDED} once WhatsApp has acknowledged it
     * @param acknowledged what is known of it then
     */
    public record Sent(String messageId, CommandState state, Outcome.@Nullable MessageSent acknowledged) {}

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

    /** Sends a message; an error when it failed, or was not even tried. */
    public Mono<Sent> send(
            TenantContext tenant, SessionRecord session, Command.Send send, Optional<String> idempotencyKey) {
        return draft(tenant, session, send, idempotencyKey)
                .flatMap(draft -> submit(draft).flatMap(result -> sent(draft, result)));
    }

    /**
     * Chooses the message's id, binds the idempotency key to it, and holds a place in the plan; an error when the session
     * cannot send or the day's limit is reached.
     */
    Mono<Draft> draft(TenantContext tenant, SessionRecord session, Command.Send send, Optional<String> idempotencyKey) {
        if (idempotencyKey.isEmpty()) {
            return Mono.defer(() -> {
                SessionAccess.requireUsable(session);
                return quota.reserve(tenant, kindOf(send))
                        .map(hold -> new Draft(tenant, session, send, shardMap.newCommandId(session.id()), null, hold));
            });
        }
        return idempotencyKeys
                .bind(tenant.tenantId(), idempotencyKey.get(), session.id(), RequestFingerprint.of(session.id(), send))
                .flatMap(binding -> Mono.defer(() -> reserve(tenant, session, send, binding))
                        .map(hold -> new Draft(tenant, session, send, binding.commandId(), binding, hold))
                        .onErrorResume(failure -> releasing(tenant, binding, failure)));
    }

    private Mono<MessageQuota.Hold> reserve(
            TenantContext tenant, SessionRecord session, Command.Send send, IdempotencyKeys.Binding binding) {
        if (!binding.isNew()) {
            return quota.reserveRepeated(tenant, kindOf(send));
        }
        SessionAccess.requireUsable(session);
        return quota.reserve(tenant, kindOf(send));
    }

    private static MessageQuota.Kind kindOf(Command.Send send) {
        return switch (send) {
            case Command.SendText text -> MessageQuota.Kind.TEXT;
            case Command.SendMedia media -> MessageQuota.Kind.MEDIA;
        };
    }

    /** Submits the message and waits for WhatsApp's acknowledgement. */
    Mono<SubmitResult> submit(Draft draft) {
        return outcomes.submitAndAwait(
                        new Submission(
                                draft.messageId(),
                                draft.tenant(),
                                draft.session().id(),
                                draft.send()),
                        timeouts.sendTimeout())
                .flatMap(result -> settle(draft, countedAs(result)).thenReturn(result))
                .onErrorResume(failure -> settle(draft, MessageQuota.Result.NOTHING)
                        .then(releasing(draft.tenant(), draft.binding(), failure)));
    }

    /** What cannot be counted now is counted as sent once its hold lapses. */
    private Mono<Void> settle(Draft draft, MessageQuota.Result result) {
        return quota.settle(draft.hold(), result).onErrorComplete();
    }

    private static MessageQuota.Result countedAs(SubmitResult result) {
        if (!result.isNew()) {
            return MessageQuota.Result.NOTHING;
        }
        return result.progress() instanceof SubmitResult.Ended(Outcome.Failed failed) && isCertain(failed.code())
                ? MessageQuota.Result.FAILED
                : MessageQuota.Result.SENT;
    }

    private static boolean isCertain(FailureCode code) {
        return code != FailureCode.NOT_ACKNOWLEDGED && code != FailureCode.UNKNOWN;
    }

    /** The file that the message's record names. Empty when there is no record, or it names none. */
    Mono<String> recordedFile(Draft draft) {
        return outcomes.find(draft.messageId()).mapNotNull(StoredCommand::mediaId);
    }

    /** Says what became of a submitted message; an error when it failed, or may have. */
    Mono<Sent> sent(Draft draft, SubmitResult result) {
        String messageId = draft.messageId();
        return switch (result.progress()) {
            case SubmitResult.Ended(Outcome.MessageSent acknowledged) ->
                Mono.just(new Sent(messageId, CommandState.SUCCEEDED, acknowledged));
            case SubmitResult.Ended(Outcome.Failed failed) -> failed(draft, failed);
            case SubmitResult.Ended ended ->
                failed(draft, Outcome.Failed.of(FailureCode.UNKNOWN, "an outcome that no send has"));
            case SubmitResult.Pending(CommandState state) -> Mono.just(new Sent(messageId, state, null));
            case SubmitResult.SessionDeleted deleted ->
                Mono.error(withMessageId(messageId, sessionDeletedMeanwhile()).exception());
        };
    }

    private Mono<Sent> failed(Draft draft, Outcome.Failed failure) {
        ApiError error = FailureErrors.of(failure, draft.send().to());
        return releasing(
                draft.tenant(),
                draft.binding(),
                withMessageId(draft.messageId(), error).exception());
    }

    /** The client can look the message up, and match a receipt that its phone shows. */
    private static ApiError withMessageId(String messageId, ApiError error) {
        return error.with("messageId", messageId).location(SendResponse.locationOf(messageId));
    }

    private static ApiError sessionDeletedMeanwhile() {
        return ApiError.of(
                HttpStatus.GATEWAY_TIMEOUT,
                "session_deleted",
                "The session was deleted before WhatsApp acknowledged; the message may have arrived or not");
    }

    private <T> Mono<T> releasing(TenantContext tenant, IdempotencyKeys.@Nullable Binding binding, Throwable failure) {
        return binding != null && mayBeTriedAgain(failure)
                ? idempotencyKeys
                        .release(tenant.tenantId(), binding)
                        .onErrorComplete()
                        .then(Mono.error(failure))
                : Mono.error(failure);
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
