package dev.merpati.worker.whatsapp;

import dev.merpati.model.outcome.Receipt;
import java.time.Instant;
import java.util.List;

/**
 * What the device of a recipient tells of messages that this account sent, through this device or another one. The same
 * receipt can come again.
 *
 * @param messageIds one or more
 * @param origin the recipient as WhatsApp's server names them: the same each time that the receipt comes
 * @param at when it happened, as WhatsApp's server says
 */
public record IncomingReceipt(
        Kind kind, List<String> messageIds, IncomingMessage.Party recipient, String origin, Instant at) {

    /** In the order in which they can happen. */
    public enum Kind {
        DELIVERED(Receipt.DELIVERED),
        READ(Receipt.READ),
        /** A voice message was listened to, a video or a file that shows once was looked at. */
        PLAYED(Receipt.READ);

        private final Receipt receipt;

        Kind(Receipt receipt) {
            this.receipt = receipt;
        }

        /** Returns what the record of a command keeps of it. */
        public Receipt receipt() {
            return receipt;
        }
    }

    public IncomingReceipt {
        messageIds = List.copyOf(messageIds);
    }
}
