package dev.merpati.simulator;

/** How much of what the phones get they decrypt; decryption costs most of the simulator's time under load. */
public enum VerifyMode {
    /** Nothing: messages are counted, acknowledged and receipted, but not shown. */
    NONE,
    /** The messages of one pair of sender and recipient in ten, always the same pairs. */
    SAMPLE,
    /** Everything. */
    ALL
}
