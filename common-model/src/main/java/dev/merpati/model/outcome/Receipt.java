package dev.merpati.model.outcome;

import org.jspecify.annotations.Nullable;

/** What the recipient's phone has reported of a message, in the order in which it can happen. */
public enum Receipt {
    DELIVERED,
    READ;

    /** Reads a stored name; null stays null, and one that only a newer release knows is none. */
    static @Nullable Receipt ofStored(@Nullable String name) {
        for (Receipt each : values()) {
            if (each.name().equals(name)) {
                return each;
            }
        }
        return null;
    }
}
