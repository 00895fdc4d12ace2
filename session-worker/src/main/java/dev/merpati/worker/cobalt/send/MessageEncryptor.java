package dev.merpati.worker.cobalt.send;

import dev.merpati.worker.cobalt.account.LidMap;
import dev.merpati.worker.cobalt.address.Address;
import dev.merpati.worker.cobalt.keys.Ciphertext;
import dev.merpati.worker.cobalt.keys.SignalKeyStore;
import it.auties.whatsapp.model.node.Attributes;
import it.auties.whatsapp.model.node.Node;
import it.auties.whatsapp.model.signal.auth.SignedDeviceIdentitySpec;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Encrypts a message for each device and puts the copies in one stanza. */
public final class MessageEncryptor {
    private static final SecureRandom RANDOM = new SecureRandom();
    private static final int MAX_PADDING = 16;

    private final SignalKeyStore signalKeys;
    private final LidMap lids;

    public MessageEncryptor(SignalKeyStore signalKeys, LidMap lids) {
        this.signalKeys = signalKeys;
        this.lids = lids;
    }

    /**
     * Builds what a stanza holds for several devices: a copy for each and, if one begins a Signal session, this device's
     * identity.
     *
     * @param to the chat
     * @param self this device, in the namespace of the chat
     * @param records stored together with the sessions
     */
    List<Node> encrypt(
            Address to,
            Address self,
            List<Address> devices,
            MessageContent content,
            Map<String, byte @Nullable []> records)
            throws SignalKeyStore.FrozenException, SignalKeyStore.UnusableSessionException {
        byte[] own = content.forOwnDevices(to);
        List<Node> copies = new ArrayList<>();
        boolean beginsSession = false;
        for (Address device : devices) {
            Node copy = encrypt(device, device.isSameUser(self) ? own : content.encoded(), content.mediaType(), 0);
            beginsSession |= beginsSession(copy);
            copies.add(Node.of("to", Map.of("jid", device.toJid()), copy));
        }
        // Before anything leaves, or a crash would make the next owner use the same keys again.
        signalKeys.save(records);
        List<Node> body = new ArrayList<>(List.of(Node.of("participants", copies)));
        if (beginsSession) {
            body.addAll(identity());
        }
        return body;
    }

    /**
     * Builds what a stanza holds that sends a message again to one device.
     *
     * @param message the protobuf
     * @param count how often the device has asked for it
     */
    List<Node> encryptAgain(Address device, byte[] message, @Nullable String mediaType, int count)
            throws SignalKeyStore.FrozenException, SignalKeyStore.UnusableSessionException {
        Node copy = encrypt(device, message, mediaType, count);
        signalKeys.save();
        List<Node> body = new ArrayList<>(List.of(copy));
        if (beginsSession(copy)) {
            body.addAll(identity());
        }
        return body;
    }

    private Node encrypt(Address device, byte[] message, @Nullable String mediaType, int count)
            throws SignalKeyStore.FrozenException, SignalKeyStore.UnusableSessionException {
        Ciphertext encrypted = signalKeys.encrypt(lids.hidden(device).toJid(), padded(message));
        Attributes attributes = Attributes.of()
                .put("v", "2")
                .put("type", encrypted.type())
                .put("mediatype", mediaType, mediaType != null)
                .put("count", String.valueOf(count), count > 0);
        return Node.of("enc", attributes, encrypted.bytes());
    }

    private static boolean beginsSession(Node copy) {
        return copy.attributes().hasValue("type", "pkmsg");
    }

    private List<Node> identity() {
        return signalKeys
                .read(keys -> keys.companionIdentity())
                .map(SignedDeviceIdentitySpec::encode)
                .map(identity -> Node.of("device-identity", identity))
                .stream()
                .toList();
    }

    /** Hides the exact length: each added byte says how many there are. */
    private static byte[] padded(byte[] message) {
        int padding = 1 + RANDOM.nextInt(MAX_PADDING);
        byte[] result = Arrays.copyOf(message, message.length + padding);
        Arrays.fill(result, message.length, result.length, (byte) padding);
        return result;
    }
}
