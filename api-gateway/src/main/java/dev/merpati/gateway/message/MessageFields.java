package dev.merpati.gateway.message;

import dev.merpati.gateway.error.Errors;
import dev.merpati.model.number.MalformedPhoneNumberException;
import dev.merpati.model.number.PhoneNumber;

/** What the fields of both kinds of send must look like. */
final class MessageFields {
    private static final int MAX_TEXT_LENGTH = 4096;

    private MessageFields() {}

    /** The recipient's digits. */
    static String recipient(String to) {
        try {
            return PhoneNumber.parse(to).digits();
        } catch (MalformedPhoneNumberException e) {
            throw Errors.invalidField("to", e.found(), e.allowed()).exception();
        }
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
