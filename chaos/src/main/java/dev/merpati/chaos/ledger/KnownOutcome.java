package dev.merpati.chaos.ledger;

/** What a customer knows of a message in the end, from the API alone. */
public sealed interface KnownOutcome {

    /** WhatsApp has it: 200, or a status of {@code sent} and better. */
    record Sent(String messageId) implements KnownOutcome {}

    /** Accepted, and after minutes still neither sent nor failed. */
    record Pending(String messageId) implements KnownOutcome {}

    /** The API itself does not know, or never answered: the message may have arrived. */
    record Unknown(String reason) implements KnownOutcome {}

    /** A definite no: the message was not sent and will not be. */
    record Refused(String code) implements KnownOutcome {}
}
