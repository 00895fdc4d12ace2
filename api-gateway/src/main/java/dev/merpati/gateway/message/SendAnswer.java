package dev.merpati.gateway.message;

import dev.merpati.model.outcome.CommandState;
import java.net.URI;
import org.springframework.http.ResponseEntity;

/** What both kinds of send answer. */
final class SendAnswer {
    private SendAnswer() {}

    record Acknowledged(boolean success, String messageId, String message) {}

    record Accepted(boolean success, String messageId, String status, String message) {}

    /** @param done the guide's words for a message that is sent */
    static ResponseEntity<Object> of(MessageSender.Sent sent, String done) {
        if (sent.state() == CommandState.SUCCEEDED) {
            return ResponseEntity.ok(new Acknowledged(true, sent.messageId(), done));
        }
        return ResponseEntity.accepted()
                .location(URI.create("/api/messages/" + sent.messageId()))
                .body(new Accepted(
                        true,
                        sent.messageId(),
                        MessageStatus.of(sent.state(), null).wireName(),
                        "WhatsApp has not acknowledged the message yet; ask for its status at the Location"));
    }
}
