package dev.merpati.gateway.message;

import dev.merpati.gateway.auth.TenantContext;
import dev.merpati.gateway.command.PendingOutcomes;
import dev.merpati.gateway.command.StoredCommand;
import dev.merpati.gateway.error.ApiError;
import dev.merpati.gateway.error.Errors;
import dev.merpati.model.shard.ShardMap;
import java.util.regex.Pattern;
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
    Mono<MessageAnswer> get(
            @RequestAttribute(TenantContext.ATTRIBUTE) TenantContext tenant, @PathVariable String messageId) {
        return Mono.just(messageId)
                .filter(id -> MESSAGE_ID.matcher(id).matches())
                .flatMap(outcomes::find)
                .filter(StoredCommand::isSend)
                .switchIfEmpty(Mono.error(() -> noSuchMessage().exception()))
                .flatMap(command -> command.record().tenantId().equals(tenant.tenantId())
                        ? Mono.just(MessageAnswer.of(messageId, command))
                        : Mono.error(Errors.somebodyElses("message").exception()));
    }

    private static ApiError noSuchMessage() {
        return ApiError.of(
                HttpStatus.NOT_FOUND,
                "message_not_found",
                "No such message: check the message id; messages are kept for 24 hours");
    }
}
