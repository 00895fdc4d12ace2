package dev.merpati.simulator.server;

import dev.merpati.simulator.node.Jid;
import dev.merpati.simulator.node.Node;
import dev.merpati.simulator.phone.Companion;
import dev.merpati.simulator.phone.Phone;
import dev.merpati.simulator.phone.PhoneDirectory;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A message that a client sends, taken apart.
 *
 * @param account the phone whose companion the sender is
 * @param to whom it is for; one device when it is sent again
 * @param recipient the number behind that address
 * @param targets the devices that it holds ciphertext for
 */
record OutgoingMessage(Companion sender, Phone account, Node stanza, Jid to, String recipient, List<Target> targets) {
    /** One device and the {@code enc} node for it. */
    record Target(Jid device, Node encrypted) {}

    /** Empty if it names no recipient. */
    static Optional<OutgoingMessage> parse(Companion sender, Phone account, Node stanza) {
        return Jid.parse(stanza.attribute("to"))
                .map(to -> new OutgoingMessage(
                        sender, account, stanza, to, PhoneDirectory.numberOf(to), targets(stanza, to)));
    }

    private static List<Target> targets(Node stanza, Jid to) {
        List<Target> targets = new ArrayList<>();
        for (Node child : stanza.children()) {
            if (child.is("enc")) {
                targets.add(new Target(to, child));
            } else if (child.is("participants")) {
                for (Node participant : child.children()) {
                    Optional<Jid> device = Jid.parse(participant.attribute("jid"));
                    Optional<Node> encrypted = participant.child("enc");
                    if (participant.is("to") && device.isPresent() && encrypted.isPresent()) {
                        targets.add(new Target(device.get(), encrypted.get()));
                    }
                }
            }
        }
        return targets;
    }

    String id() {
        return stanza.text("id");
    }

    /** Whether it is for the sender's own phone and shown nowhere, such as a request for keys. */
    boolean isPeer() {
        return stanza.has("category", "peer");
    }

    /** The ciphertext that stands in the stanza itself, as in a message that is sent again to one device. */
    Optional<Node> bare() {
        return stanza.child("enc");
    }

    /** Whether it follows a message that missed some devices, for these alone (as WhatsApp Web does after {@code phash}). */
    boolean reachesMissed() {
        return isFannedOut() && stanza.has("device_fanout", "false");
    }

    boolean isFannedOut() {
        return stanza.child("participants").isPresent();
    }

    /** Whether a device belongs to the account that the message is for. */
    boolean isRecipients(Jid device) {
        return device.user().equals(to.user()) && device.server().equals(to.server());
    }
}
