package dev.merpati.worker.whatsapp;

import dev.merpati.model.number.NumberStatus;
import org.jspecify.annotations.Nullable;

/**
 * What WhatsApp says about a number.
 *
 * @param whatsappNumber the digits of the address that WhatsApp names for a valid number, which differ from those dialled
 *     in Brazil, Mexico and Argentina; null when it names none
 */
public record NumberCheck(NumberStatus status, @Nullable String whatsappNumber) {
    /** WhatsApp said nothing. */
    public static final NumberCheck UNKNOWN = new NumberCheck(NumberStatus.UNKNOWN, null);
}
