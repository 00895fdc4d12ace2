package dev.merpati.simulator.server;

import dev.merpati.simulator.node.Jid;
import dev.merpati.simulator.node.Node;
import dev.merpati.simulator.phone.Companion;
import dev.merpati.simulator.phone.Phone;

/**
 * A message at one phone.
 *
 * @param account the phone whose companion the sender is
 * @param stanza the whole stanza
 * @param encrypted the {@code enc} node for this phone
 * @param addressed true if the message is to this phone, false if the phone only gets a copy of what its own companion
 *     wrote
 */
record IncomingMessage(Companion sender, Phone account, Node stanza, Node encrypted, boolean addressed) {
    /** The phone's address in the chat: the number or the hidden id that the sender wrote to. */
    Jid address(Phone phone) {
        return isHidden() ? phone.hiddenJid() : phone.jid();
    }

    boolean isHidden() {
        return Jid.parse(stanza.attribute("to")).filter(Jid::isHidden).isPresent();
    }

    String id() {
        return stanza.text("id");
    }
}
