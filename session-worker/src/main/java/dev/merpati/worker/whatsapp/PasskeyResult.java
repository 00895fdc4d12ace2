package dev.merpati.worker.whatsapp;

/** What came of a passkey's signature. */
public sealed interface PasskeyResult {
    /** WhatsApp took it: the pairing goes on. */
    record Accepted() implements PasskeyResult {}

    /** WhatsApp did not take it; {@code reason} is its code. Another signature may do. */
    record Refused(int reason) implements PasskeyResult {}

    /** It is no assertion, or one of another challenge. WhatsApp was not asked; {@code detail} holds nothing of it. */
    record Invalid(String detail) implements PasskeyResult {}

    /** WhatsApp does not wait for one. */
    record NotRequested() implements PasskeyResult {}

    /** No answer: whether WhatsApp took it will show. */
    record Unknown() implements PasskeyResult {}
}
