package dev.merpati.model.number;

/** What WhatsApp says of a phone number. */
public enum NumberStatus {
    VALID,
    INVALID,
    /** WhatsApp did not answer for it; says nothing about the number. */
    UNKNOWN
}
