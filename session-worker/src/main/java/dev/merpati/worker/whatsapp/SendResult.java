package dev.merpati.worker.whatsapp;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** How one try to send a message ended. */
public sealed interface SendResult {
    /**
     * WhatsApp's server acknowledged all of it.
     *
     * @param whatsappNumber the digits of the address that the message went to, which WhatsApp can name otherwise than
     *     they are dialled; null when the connector does not know it
     * @param textMessageId the id of the message that carried the text of an audio, null for all others
     */
    record Acknowledged(
            @Nullable String whatsappNumber, @Nullable String textMessageId) implements SendResult {}

    /**
     * WhatsApp's server acknowledged the file, and its text, which is a message of its own, cannot be sent. Another try
     * does not help.
     */
    record PartlyAcknowledged(String detail) implements SendResult {}

    /** WhatsApp's server refused it for good; {@code reason} is its code, such as 463. */
    record Refused(int reason) implements SendResult {}

    /**
     * WhatsApp lets the account begin no new chats for now, and there is none with the recipient. Nothing has arrived;
     * another try before that time is refused and counts against the account.
     */
    record Restricted(Instant until) implements SendResult {}

    /**
     * It certainly did not leave this machine, for a reason that concerns this recipient only, such as missing keys. The
     * session's other messages are not affected: try again a few times, not for as long as the command lives.
     */
    record RecipientUnreachable(String detail) implements SendResult {}

    /** It certainly did not leave this machine, for a reason that concerns the connection: a later try may succeed. */
    record NotSent(String detail) implements SendResult {}

    /** It may have left, but is not acknowledged: send it again, under the same id. */
    record Unconfirmed(String detail) implements SendResult {}

    /** WhatsApp's media server did not take the file; {@code status} is its HTTP status, 0 when it did not respond. */
    record MediaRefused(int status) implements SendResult {}
}
