package dev.merpati.simulator.phone;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** How far a message that was sent has got; a later state never returns to an earlier one. */
public enum DeliveryState {
    SENT,
    DELIVERED,
    READ,
    PLAYED;

    /**
     * Reads the {@code type} of a receipt.
     *
     * @return null for receipts that say nothing about the recipient, such as a request to send the message again
     */
    public static @Nullable DeliveryState ofReceipt(@Nullable String type) {
        return switch (type == null ? "" : type) {
            case "", "inactive" -> DELIVERED;
            case "read" -> READ;
            case "played" -> PLAYED;
            default -> null;
        };
    }

    /** The name in the control API. */
    public String wireName() {
        return name().toLowerCase(Locale.ROOT);
    }
}
