package dev.merpati.chaos.ledger;

/** What is true of one message. {@link #LOST}, {@link #DUPLICATED} and {@link #WRONG} must not be. */
public enum Verdict {
    /** At the phone under one id, and the customer was told nothing else. */
    DELIVERED,
    /** Not at the phone, and the customer was told so, or was never told that it was accepted. */
    NOT_DELIVERED,
    /** Accepted, not at the phone, and the customer was not told so. */
    LOST,
    /** At the phone under more than one id. */
    DUPLICATED,
    /** At the phone once, but the customer was told something else, or was answered what may not be answered. */
    WRONG;

    public boolean isGood() {
        return this == DELIVERED || this == NOT_DELIVERED;
    }
}
