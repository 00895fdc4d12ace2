package dev.merpati.worker.cobalt;

import it.auties.whatsapp.model.jid.Jid;
import it.auties.whatsapp.model.message.model.MessageContainer;
import it.auties.whatsapp.model.message.server.DeviceSentMessageBuilder;
import it.auties.whatsapp.model.node.Attributes;
import it.auties.whatsapp.model.node.Node;
import it.auties.whatsapp.model.signal.auth.SignedDeviceIdentitySpec;
import it.auties.whatsapp.util.Bytes;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** Encrypts a message for each device and puts the copies in one stanza. */
final class Envelopes {
    private final Ratchets ratchets;
    private final Jid self;

    /** @param self this device */
    Envelopes(Ratchets ratchets, Jid self) {
        this.ratchets = ratchets;
        this.self = self;
    }

    /** @throws RuntimeException when there is no session with one of the devices */
    Node seal(String messageId, Jid recipient, List<Jid> devices, Content content) throws Ratchets.FrozenException {
        var forRecipient = Bytes.messageToBytes(content.message());
        var forOwnDevices = Bytes.messageToBytes(MessageContainer.of(new DeviceSentMessageBuilder()
                .destinationJid(recipient)
                .message(content.message())
                .build()));
        var copies = new ArrayList<Node>();
        var beginsSession = false;
        for (var device : devices) {
            var encrypted = ratchets.encrypt(device, isOwn(device) ? forOwnDevices : forRecipient);
            beginsSession |= "pkmsg".equals(encrypted.type());
            var attributes = Attributes.of()
                    .put("v", "2")
                    .put("type", encrypted.type())
                    .put("mediatype", content.mediaType(), content.mediaType() != null);
            copies.add(Node.of("to", Map.of("jid", device), Node.of("enc", attributes, encrypted.message())));
        }
        var body = new ArrayList<Node>(List.of(Node.of("participants", copies)));
        if (beginsSession) {
            ratchets.read(keys -> keys.companionIdentity())
                    .map(SignedDeviceIdentitySpec::encode)
                    .map(identity -> Node.of("device-identity", identity))
                    .ifPresent(body::add);
        }
        var attributes =
                Attributes.of().put("id", messageId).put("to", recipient).put("type", content.stanzaType());
        return Node.of("message", attributes, body.toArray(Node[]::new));
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
