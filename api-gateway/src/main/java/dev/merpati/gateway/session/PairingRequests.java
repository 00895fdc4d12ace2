package dev.merpati.gateway.session;

import dev.merpati.gateway.error.Errors;
import dev.merpati.model.command.Command;
import dev.merpati.model.number.MalformedPhoneNumberException;
import dev.merpati.model.number.PhoneNumber;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/** Checks the requests that link a phone to a session. */
public final class PairingRequests {
    /** Of WebAuthn's assertions the largest known have under 2 KB. */
    private static final int MAX_ASSERTION = 16_384;

    private PairingRequests() {}

    /** The body of {@code POST /api/sessions/{id}/pairing-code} as it came. */
    record CodeRequest(@Nullable String phoneNumber) {
        /** Says nothing of the number. */
        @Override
        public String toString() {
            return "CodeRequest[]";
        }
    }

    /** The body of {@code POST /api/sessions/{id}/passkey} as it came. */
    record PasskeyRequest(@Nullable ObjectNode assertion) {
        @Override
        public String toString() {
            return "PasskeyRequest[]";
        }
    }

    /** An error of 400 when it is no phone number. */
    public static Command.RequestPairingCode codeFor(@Nullable String phoneNumber) {
        if (phoneNumber == null || phoneNumber.isBlank()) {
            throw Errors.missingFields("Phone number is required").exception();
        }
        try {
            return new Command.RequestPairingCode(PhoneNumber.parse(phoneNumber).digits());
        } catch (MalformedPhoneNumberException e) {
            throw Errors.invalidField("phoneNumber", e.found(), e.allowed()).exception();
        }
    }

    /** An error of 400 when it is missing, or very large. */
    static Command.AnswerPasskey answerOf(PasskeyRequest request) {
        ObjectNode assertion = request.assertion();
        if (assertion == null) {
            throw Errors.missingFields("Assertion is required").exception();
        }
        return answerOf(assertion.toString());
    }

    /** As a person has pasted it; WhatsApp's worker finds out whether it is one. */
    public static Command.AnswerPasskey answerOf(String assertion) {
        String text = assertion.strip();
        if (text.isEmpty()) {
            throw Errors.missingFields("Assertion is required").exception();
        }
        if (text.length() > MAX_ASSERTION) {
            throw Errors.invalidField(
                            "assertion", text.length() + " characters", "at most " + MAX_ASSERTION + " characters")
                    .exception();
        }
        return new Command.AnswerPasskey(text);
    }
}
