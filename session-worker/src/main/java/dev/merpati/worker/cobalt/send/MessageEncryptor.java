package dev.merpati.worker.cobalt.send;

import dev.merpati.worker.cobalt.keys.SignalKeyStore;
import it.auties.protobuf.stream.ProtobufOutputStream;
import it.auties.whatsapp.crypto.CipheredMessageResult;
import it.auties.whatsapp.model.jid.Jid;
import it.auties.whatsapp.model.message.model.MessageContainer;
import it.auties.whatsapp.model.message.model.MessageContainerSpec;
import it.auties.whatsapp.model.message.server.DeviceSentMessageBuilder;
import it.auties.whatsapp.model.node.Attributes;
import it.auties.whatsapp.model.node.Node;
import it.auties.whatsapp.model.signal.auth.SignedDeviceIdentitySpec;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** Encrypts a message for each device and puts the copies in one stanza. */
public final class MessageEncryptor {
    private static final SecureRandom RANDOM = new SecureRandom();
    private static final int MAX_PADDING = 16;

    private final SignalKeyStore signalKeys;
    private final Jid self;

    /** @param self this device */
    public MessageEncryptor(SignalKeyStore signalKeys, Jid self) {
        this.signalKeys = signalKeys;
        this.self = self;
    }

    Node encrypt(String messageId, Jid recipient, List<Jid> devices, MessageContent content)
            throws SignalKeyStore.FrozenException, SignalKeyStore.UnusableSessionException {
        byte[] forRecipient = padded(content.message());
        byte[] forOwnDevices = padded(MessageContainer.of(new DeviceSentMessageBuilder()
                .destinationJid(recipient)
                .message(content.message())
                .build()));
        List<Node> copies = new ArrayList<>();
        boolean beginsSession = false;
        for (Jid device : devices) {
            CipheredMessageResult encrypted = signalKeys.encrypt(device, isOwn(device) ? forOwnDevices : forRecipient);
            beginsSession |= "pkmsg".equals(encrypted.type());
            Attributes attributes = Attributes.of()
                    .put("v", "2")
                    .put("type", encrypted.type())
                    .put("mediatype", content.mediaType(), content.mediaType() != null);
            copies.add(Node.of("to", Map.of("jid", device), Node.of("enc", attributes, encrypted.message())));
        }
        List<Node> body = new ArrayList<>(List.of(Node.of("participants", copies)));
        if (beginsSession) {
            signalKeys
                    .read(keys -> keys.companionIdentity())
                    .map(SignedDeviceIdentitySpec::encode)
                    .map(identity -> Node.of("device-identity", identity))
                    .ifPresent(body::add);
        }
        Attributes attributes =
                Attributes.of().put("id", messageId).put("to", recipient).put("type", content.stanzaType());
        return Node.of("message", attributes, body.toArray(Node[]::new));
    }

    /** Hides the exact length: each added byte says how many there are. */
    private static byte[] padded(MessageContainer message) {
        int length = MessageContainerSpec.sizeOf(message);
        int padding = 1 + RANDOM.nextInt(MAX_PADDING);
        byte[] result = new byte[length + padding];
        MessageContainerSpec.encode(message, ProtobufOutputStream.toBytes(result, 0));
        Arrays.fill(result, length, result.length, (byte) padding);
        return result;
    }

    /** Marks the Signal sessions with these devices as the last ones that may be evicted. */
    void touch(List<Jid> devices) {
        signalKeys.touch(devices);
    }

    boolean isOwn(Jid device) {
        return Objects.equals(device.user(), self.user());
    }

    boolean isSelf(Jid device) {
        return isOwn(device) && device.device() == self.device();
    }

    Jid self() {
        return self;
    }
}
