package dev.merpati.chaos.ledger;

/** What is true of one message. All but {@link #DELIVERED} and {@link #NOT_DELIVERED} must not be. */
public enum Verdict {
    /** At the phone under one id, whole and in order, and the customer was told nothing else. */
    DELIVERED,
    /** Not at the phone, and the customer was told so, or was never told that it was accepted. */
    NOT_DELIVERED,
    /** Accepted, not at the phone, and the customer was not told so. */
    LOST,
    /** At phones under more than one id. */
    DUPLICATED,
    /** At another phone than it was for, from another sender, or with another content. */
    MISDELIVERED,
    /** Behind a message of its session to the same phone that the customer began with after this one was accepted. */
    OVERTAKEN,
    /** At the phone once, but the customer was told something else, or was answered what may not be answered. */
    WRONG;

    public boolean isGood() {
        return this == DELIVERED || this == NOT_DELIVERED;
    }
}
