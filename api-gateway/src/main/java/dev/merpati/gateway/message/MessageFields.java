package dev.merpati.gateway.message;

import dev.merpati.gateway.error.Errors;
import dev.merpati.gateway.number.PhoneNumber;

/** What the fields of both kinds of send must look like. */
final class MessageFields {
    private static final int MAX_TEXT_LENGTH = 4096;

    private MessageFields() {}

    /** The recipient's digits. */
    static String recipient(String to) {
        return PhoneNumber.digitsOf(to)
                .orElseThrow(() -> Errors.invalidField("to", "something else", PhoneNumber.ALLOWED)
                        .exception());
    }

    /** A text or caption, its length counted in code points: an emoji is one character to a tenant. */
    static String text(String message) {
        int length = message.codePointCount(0, message.length());
        if (length > MAX_TEXT_LENGTH) {
            throw Errors.invalidField("message", length + " characters", "1 to " + MAX_TEXT_LENGTH + " characters")
                    .exception();
        }
        return message;
    }
}
