package dev.merpati.worker.cobalt.query;

import dev.merpati.worker.cobalt.address.Address;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Whom a message is for.
 *
 * @param number the digits of the number under which WhatsApp knows the recipient, which can differ from those dialled
 * @param lid the recipient's hidden id, null when WhatsApp did not tell it
 */
public record Recipient(String number, @Nullable String lid) {

    public Address numbered() {
        return Address.ofNumber(number);
    }

    public Optional<Address> hidden() {
        return Optional.ofNullable(lid).map(Address::ofLid);
    }

    /** The key of what is kept of this user: the hidden id, or the number as long as none is known. */
    public String key() {
        return lid == null ? number : lid;
    }
}
