package dev.merpati.gateway.message;

import dev.merpati.gateway.error.Errors;
import dev.merpati.gateway.media.Upload;
import dev.merpati.model.command.Command;
import dev.merpati.model.number.MalformedPhoneNumberException;
import dev.merpati.model.number.PhoneNumber;

/** Checks the requests of both kinds of send. */
public final class SendRequests {
    private static final int MAX_TEXT_LENGTH = 4096;

    private SendRequests() {}

    /** Checks the body of {@code POST /api/sessions/{id}/send}. */
    static Command.SendText textOf(SendTextRequest request) {
        String to = request.to();
        String message = request.message();
        if (to == null || to.isBlank() || message == null || message.isEmpty()) {
            throw Errors.missingFields("Phone number and message are required").exception();
        }
        return new Command.SendText(recipient(to), text(message), Boolean.TRUE.equals(request.skipValidation()));
    }

    /** Makes the command of a text that a person has typed; an error of 400 when it cannot be sent. */
    public static Command.SendText textOf(String to, String message) {
        return textOf(new SendTextRequest(to, message, null));
    }

    /** Reads the form of {@code POST /api/sessions/{id}/send-media}. */
    static Command.SendMedia mediaOf(Upload upload) {
        String to = upload.fields().getOrDefault("to", "");
        if (to.isBlank() || upload.media().isEmpty()) {
            throw Errors.missingFields("Phone number and media file are required")
                    .exception();
        }
        String caption = upload.fields().getOrDefault("message", "");
        return new Command.SendMedia(
                recipient(to),
                upload.media().get(),
                caption.isEmpty() ? null : text(caption),
                flag(upload.fields().getOrDefault("skipValidation", "false")));
    }

    /** Refuses a form's field that cannot be used; what is missing shows only at the form's end. */
    static void checkMediaField(String name, String value) {
        switch (name) {
            case "to" -> {
                if (!value.isBlank()) {
                    recipient(value);
                }
            }
            case "message" -> text(value);
            case "skipValidation" -> flag(value);
            default -> {
                // Unknown fields do no harm.
            }
        }
    }

    private static String recipient(String to) {
        try {
            return PhoneNumber.parse(to).digits();
        } catch (MalformedPhoneNumberException e) {
            throw Errors.invalidField("to", e.found(), e.allowed()).exception();
        }
    }

    /** Checks a text or caption, its length counted in code points: an emoji is one character to a tenant. */
    private static String text(String message) {
        int length = message.codePointCount(0, message.length());
        if (length > MAX_TEXT_LENGTH) {
            throw Errors.invalidField("message", length + " characters", "1 to " + MAX_TEXT_LENGTH + " characters")
                    .exception();
        }
        return message;
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
