package dev.merpati.model.number;

import com.fasterxml.jackson.annotation.JsonEnumDefaultValue;

/** What WhatsApp says of a phone number. */
public enum NumberStatus {
    VALID,
    INVALID,
    /** WhatsApp did not answer for it; says nothing about the number. */
    @JsonEnumDefaultValue
    UNKNOWN
}
