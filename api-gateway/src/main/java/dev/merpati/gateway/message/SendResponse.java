package dev.merpati.gateway.message;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.merpati.model.outcome.Outcome;
import java.net.URI;
import org.jspecify.annotations.Nullable;
import org.springframework.http.ResponseEntity;

/**
 * What both kinds of send answer.
 *
 * @param whatsappNumber the address that the message went to; left out when it is not known
 * @param textMessageId the id of the message that carries the text of an audio; left out when there is none
 * @param status where the message is when WhatsApp has not acknowledged it yet; left out when it has
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
record SendResponse(
        boolean success,
        String messageId,
        @Nullable String whatsappNumber,
        @Nullable String textMessageId,
        @Nullable String status,
        String message) {

    /** @param done the guide's words for a message that is sent */
    static ResponseEntity<SendResponse> of(MessageSender.Sent sent, String done) {
        Outcome.MessageSent acknowledged = sent.acknowledged();
        if (acknowledged != null) {
            return ResponseEntity.ok(new SendResponse(
                    true, sent.messageId(), acknowledged.whatsappNumber(), acknowledged.textMessageId(), null, done));
        }
        return ResponseEntity.accepted()
                .location(locationOf(sent.messageId()))
                .body(new SendResponse(
                        true,
                        sent.messageId(),
                        null,
                        null,
                        MessageStatus.of(sent.state(), null).wireName(),
                        "WhatsApp has not acknowledged the message yet; ask for its status at the Location"));
    }

    static URI locationOf(String messageId) {
        return URI.create("/api/messages/" + messageId);
    }
}
