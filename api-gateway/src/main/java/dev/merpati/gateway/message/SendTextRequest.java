package dev.merpati.gateway.message;

import dev.merpati.gateway.error.Errors;
import dev.merpati.gateway.json.JsonFields;
import dev.merpati.model.command.Command;
import tools.jackson.databind.JsonNode;

/** Reads the body of {@code POST /api/sessions/{id}/send}. */
final class SendTextRequest {
    private SendTextRequest() {}

    static Command.SendText commandOf(JsonNode body) {
        JsonFields fields = JsonFields.of(body);
        String to = fields.text("to").orElse("");
        String message = fields.text("message").orElse("");
        if (to.isBlank() || message.isEmpty()) {
            throw Errors.missingFields("Phone number and message are required").exception();
        }
        return new Command.SendText(
                MessageFields.recipient(to),
                MessageFields.text(message),
                fields.flag("skipValidation").orElse(false));
    }
}
