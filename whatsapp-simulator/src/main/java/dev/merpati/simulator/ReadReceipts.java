package dev.merpati.simulator;

/** When a phone tells that a message was read. */
public enum ReadReceipts {
    /** Right after it was delivered. */
    AUTO,
    /** When the control API or the page asks for it. */
    MANUAL
}
