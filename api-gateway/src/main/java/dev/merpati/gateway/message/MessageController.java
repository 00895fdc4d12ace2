package dev.merpati.gateway.message;

import dev.merpati.gateway.auth.TenantContext;
import dev.merpati.gateway.command.PendingOutcomes;
import dev.merpati.gateway.command.StoredCommand;
import dev.merpati.gateway.error.ApiError;
import dev.merpati.gateway.error.Errors;
import dev.merpati.gateway.error.FailureErrors;
import dev.merpati.model.outcome.CommandRecord;
import dev.merpati.model.outcome.FailureCode;
import dev.merpati.model.outcome.Outcome;
import dev.merpati.model.shard.ShardMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestAttribute;
import org.springframework.web.bind.annotation.RestController;
import reactor.core.publisher.Mono;

@RestController
class MessageController {
    private static final Pattern MESSAGE_ID = Pattern.compile(ShardMap.MESSAGE_ID_PREFIX + "[0-9A-F]{18,60}");

    private final PendingOutcomes outcomes;

    MessageController(PendingOutcomes outcomes) {
        this.outcomes = outcomes;
    }

    @GetMapping("/api/messages/{messageId}")
    Mono<Map<String, Object>> get(
            @RequestAttribute(TenantContext.ATTRIBUTE) TenantContext tenant, @PathVariable String messageId) {
        return Mono.just(messageId)
                .filter(id -> MESSAGE_ID.matcher(id).matches())
                .flatMap(outcomes::find)
                .filter(StoredCommand::isSend)
                .switchIfEmpty(Mono.error(() -> noSuchMessage().exception()))
                .flatMap(command -> command.record().tenantId().equals(tenant.tenantId())
                        ? Mono.just(view(messageId, command))
                        : Mono.error(Errors.somebodyElses("message").exception()));
    }

    private static Map<String, Object> view(String messageId, StoredCommand command) {
        CommandRecord message = command.record();
        MessageStatus status = MessageStatus.of(message.state(), message.receipt());
        Map<String, Object> view = new LinkedHashMap<>();
        view.put("success", true);
        view.put("messageId", messageId);
        view.put("sessionId", message.sessionId());
        view.put("status", status.wireName());
        if (message.outcome() instanceof Outcome.MessageSent sent) {
            putIfKnown(view, "whatsappNumber", sent.whatsappNumber());
            putIfKnown(view, "textMessageId", sent.textMessageId());
        }
        if (status == MessageStatus.FAILED) {
            Outcome.Failed failure = message.outcome() instanceof Outcome.Failed known
                    ? known
                    : Outcome.Failed.of(FailureCode.UNKNOWN, "an outcome that only a newer release knows");
            view.putAll(FailureErrors.of(failure, command.to()).fields());
        }
        return view;
    }

    private static void putIfKnown(Map<String, Object> view, String field, @Nullable String value) {
        if (value != null) {
            view.put(field, value);
        }
    }

    private static ApiError noSuchMessage() {
        return ApiError.of(
                HttpStatus.NOT_FOUND,
                "message_not_found",
                "No such message: check the message id; messages are kept for 24 hours");
    }
}
