package dev.merpati.gateway.message;

import dev.merpati.model.outcome.CommandState;
import dev.merpati.model.outcome.Receipt;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Where a message is, as tenants see it. */
enum MessageStatus {
    QUEUED,
    SENDING,
    SENT,
    DELIVERED,
    READ,
    FAILED;

    /** @param receipt what the recipient's phone told; more certain than any state, since it can overtake it */
    static MessageStatus of(CommandState state, @Nullable Receipt receipt) {
        if (receipt != null) {
            return switch (receipt) {
                case DELIVERED -> DELIVERED;
                case READ -> READ;
            };
        }
        return switch (state) {
            case QUEUED -> QUEUED;
            case STARTED -> SENDING;
            case SUCCEEDED -> SENT;
            case FAILED -> FAILED;
        };
    }

    String wireName() {
        return name().toLowerCase(Locale.ROOT);
    }
}
