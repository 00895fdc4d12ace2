package dev.merpati.gateway.message;

import dev.merpati.gateway.error.Errors;
import dev.merpati.gateway.media.Upload;
import dev.merpati.model.command.Command;

/** Reads the form of {@code POST /api/sessions/{id}/send-media}. */
final class SendMediaRequest {
    private SendMediaRequest() {}

    /** Refuses a field that cannot be used; what is missing shows only at the form's end. */
    static void check(String name, String value) {
        switch (name) {
            case "to" -> {
                if (!value.isBlank()) {
                    MessageFields.recipient(value);
                }
            }
            case "message" -> MessageFields.text(value);
            case "skipValidation" -> flag(value);
            default -> {
                // Fields that nobody knows do no harm.
            }
        }
    }

    static Command.SendMedia commandOf(Upload upload) {
        String to = upload.fields().getOrDefault("to", "");
        if (to.isBlank() || upload.media().isEmpty()) {
            throw Errors.missingFields("Phone number and media file are required")
                    .exception();
        }
        String caption = upload.fields().getOrDefault("message", "");
        return new Command.SendMedia(
                MessageFields.recipient(to),
                upload.media().get(),
                caption.isEmpty() ? null : MessageFields.text(caption),
                flag(upload.fields().getOrDefault("skipValidation", "false")));
    }

    private static boolean flag(String value) {
        return switch (value) {
            case "true" -> true;
            case "false", "" -> false;
            default ->
                throw Errors.invalidField("skipValidation", "something else", "true or false")
                        .exception();
        };
    }
}
