package dev.merpati.chaos.inbound;

/** What is true of one thing that a phone wrote. All but {@link #DELIVERED} must not be. */
public enum InboundVerdict {
    /** The tenant got it once, as it was written and in its turn. */
    DELIVERED,
    /** The tenant did not get it. */
    LOST,
    /** The tenant got it under more than one id. */
    DUPLICATED,
    /** The tenant got it as another session's, from or in the chat with another number, of another kind or with another content. */
    MISDELIVERED,
    /** The tenant got something first that was written to the same session when this was on its way already. */
    OVERTAKEN
}
