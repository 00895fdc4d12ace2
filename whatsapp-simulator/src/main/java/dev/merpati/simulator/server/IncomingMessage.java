package dev.merpati.simulator.server;

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
    String id() {
        return stanza.text("id");
    }
}
