package dev.merpati.worker.whatsapp;

/** What became of a message. */
public sealed interface SendResult {
    /** WhatsApp's server has it. */
    record Acknowledged() implements SendResult {}

    /** WhatsApp's server refused it for good; {@code reason} is its code, such as 463. */
    record Refused(int reason) implements SendResult {}

    /** It certainly did not leave this machine, for a reason that a later try may not meet. */
    record NotSent(String detail) implements SendResult {}

    /** It may have left, but nothing acknowledged it: send it again, under the same id. */
    record Unconfirmed(String detail) implements SendResult {}

    /** WhatsApp's media server did not take the file; {@code status} is its HTTP status, 0 when it did not answer. */
    record MediaRefused(int status) implements SendResult {}
}
