package dev.merpati.worker.cobalt.pairing;

import dev.merpati.worker.cobalt.address.Address;
import dev.merpati.worker.cobalt.proto.MalformedProtobufException;
import dev.merpati.worker.cobalt.proto.ProtoFields;
import it.auties.whatsapp.model.jid.JidServer;
import it.auties.whatsapp.model.node.Attributes;
import it.auties.whatsapp.model.node.Node;
import it.auties.whatsapp.model.signal.auth.SignedDeviceIdentity;
import it.auties.whatsapp.model.signal.keypair.SignalKeyPair;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A phone has linked this device, and its proof of it was checked.
 *
 * @param address of the device, by the account's number
 * @param lid the same by the account's hidden id; null when the server does not tell it
 * @param migrated whether the account's chats are addressed by hidden ids
 * @param identity what account and device have signed
 * @param confirmation completes the pairing; to be sent when all of this is stored
 */
public record PairSuccess(
        Address address, @Nullable Address lid, boolean migrated, SignedDeviceIdentity identity, Node confirmation) {

    static PairSuccess verify(Node iq, byte[] secret, SignalKeyPair identityKey) throws PairingRefusedException {
        Node success =
                iq.findChild("pair-success").orElseThrow(() -> PairingRefusedException.malformed("no pair-success"));
        DeviceIdentity identity = DeviceIdentity.accept(content(success, "device-identity"), secret, identityKey);
        Optional<Node> device = success.findChild("device");
        Address address = device.flatMap(node -> address(node, "jid"))
                .filter(each -> !each.isLid())
                .orElseThrow(() -> PairingRefusedException.malformed("the device has no address"));
        Address lid = device.flatMap(node -> address(node, "lid"))
                .filter(Address::isLid)
                .orElse(null);
        return new PairSuccess(address, lid, isMigrated(success), identity.signed(), confirm(iq, identity));
    }

    private static byte[] content(Node node, String child) throws PairingRefusedException {
        return node.findChild(child)
                .flatMap(Node::contentAsBytes)
                .orElseThrow(() -> PairingRefusedException.malformed(child + " is missing"));
    }

    private static Optional<Address> address(Node device, String attribute) {
        try {
            return device.attributes().getOptionalJid(attribute).flatMap(Address::of);
        } catch (RuntimeException e) {
            return Optional.empty(); // Cobalt's parser throws what it likes.
        }
    }

    /** {@code ClientPairingProps.isChatDbLidMigrated}; a server that does not send them has unmigrated accounts only. */
    private static boolean isMigrated(Node success) {
        Optional<byte[]> properties = success.findChild("client-props").flatMap(Node::contentAsBytes);
        try {
            return properties.isPresent() && ProtoFields.parse(properties.get()).flag(1);
        } catch (MalformedProtobufException e) {
            return false;
        }
    }

    private static Node confirm(Node iq, DeviceIdentity identity) {
        Node signed = Node.of("device-identity", Map.of("key-index", Long.toString(identity.keyIndex())), (Object)
                identity.confirmation());
        Attributes attributes = Attributes.of()
                .put("id", iq.id())
                .put("to", JidServer.whatsapp().toJid())
                .put("type", "result");
        return Node.of("iq", attributes, Node.of("pair-device-sign", signed));
    }

    /** Tells the server why the pairing is not accepted. */
    static Node refusal(Node iq, PairingRefusedException why) {
        Attributes attributes = Attributes.of()
                .put("id", iq.id())
                .put("to", JidServer.whatsapp().toJid())
                .put("type", "error");
        return Node.of(
                "iq", attributes, Node.of("error", Map.of("code", Integer.toString(why.code()), "text", why.text())));
    }
}
