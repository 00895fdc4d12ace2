package dev.merpati.gateway.message;

import com.fasterxml.jackson.annotation.JsonAnyGetter;
import com.fasterxml.jackson.annotation.JsonInclude;
import dev.merpati.gateway.command.StoredCommand;
import dev.merpati.gateway.error.ApiError;
import dev.merpati.gateway.error.FailureErrors;
import dev.merpati.model.outcome.CommandRecord;
import dev.merpati.model.outcome.FailureCode;
import dev.merpati.model.outcome.Outcome;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Where a message is.
 *
 * @param whatsappNumber the address that the message went to; left out when it is not known
 * @param textMessageId the id of the message that carries the text of an audio; left out when there is none
 * @param error with {@code message}, {@code code} and {@code details} the error that a waiting caller of a message that
 *     failed would have got; left out when it did not fail
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
record MessageAnswer(
        boolean success,
        String messageId,
        UUID sessionId,
        String status,
        @Nullable String whatsappNumber,
        @Nullable String textMessageId,
        @Nullable String error,
        @Nullable String message,
        @Nullable String code,
        @JsonAnyGetter Map<String, Object> details) {

    static MessageAnswer of(String messageId, StoredCommand command) {
        CommandRecord record = command.record();
        MessageStatus status = MessageStatus.of(record.state(), record.receipt());
        Outcome.MessageSent sent = record.outcome() instanceof Outcome.MessageSent known ? known : null;
        ApiError error = status == MessageStatus.FAILED ? FailureErrors.of(failureOf(record), command.to()) : null;
        return new MessageAnswer(
                true,
                messageId,
                record.sessionId(),
                status.wireName(),
                sent == null ? null : sent.whatsappNumber(),
                sent == null ? null : sent.textMessageId(),
                error == null ? null : error.error(),
                error == null ? null : error.message(),
                error == null ? null : error.code(),
                error == null ? Map.of() : error.details());
    }

    private static Outcome.Failed failureOf(CommandRecord record) {
        return record.outcome() instanceof Outcome.Failed known
                ? known
                : Outcome.Failed.of(FailureCode.UNKNOWN, "an outcome that only a newer release knows");
    }
}
