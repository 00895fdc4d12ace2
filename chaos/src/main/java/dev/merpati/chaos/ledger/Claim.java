package dev.merpati.chaos.ledger;

/** What a customer knows of a message in the end, from the API alone. */
public sealed interface Claim {

    /** WhatsApp has it: 200, or a status of {@code sent} and better. */
    record Sent(String messageId) implements Claim {}

    /** Accepted, and after minutes still neither sent nor failed. */
    record Pending(String messageId) implements Claim {}

    /** The API itself does not know, or never answered: the message may have arrived. */
    record Unknown(String reason) implements Claim {}

    /** A definite no: the message was not sent and will not be. */
    record Refused(String code) implements Claim {}
}
