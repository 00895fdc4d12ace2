package dev.merpati.worker.cobalt.receive;

import dev.merpati.worker.cobalt.account.LidMap;
import dev.merpati.worker.cobalt.address.Address;
import dev.merpati.worker.whatsapp.IncomingMessage;
import it.auties.whatsapp.model.jid.Jid;
import java.util.Optional;

/** Addresses as messages and listeners have them. */
final class Addresses {
    private Addresses() {}

    /** Reads an address that is written as text; empty for what is no user's. */
    static Optional<Address> parse(String text) {
        try {
            return Address.of(Jid.of(text));
        } catch (RuntimeException e) {
            return Optional.empty();
        }
    }

    /** Returns a user by both names, as far as they are known. Blocks. */
    static IncomingMessage.Party party(Address address, LidMap lids) {
        return address.isLid()
                ? new IncomingMessage.Party(
                        lids.numberOf(address.user()).orElse(null), address.user(), address.device())
                : new IncomingMessage.Party(
                        address.user(), lids.lidOf(address.user()).orElse(null), address.device());
    }
}
