package dev.merpati.worker.cobalt.receive;

import dev.merpati.worker.cobalt.account.AccountTraits;
import dev.merpati.worker.cobalt.address.Address;
import dev.merpati.worker.cobalt.keys.Ciphertext;
import dev.merpati.worker.cobalt.keys.SignalKeyStore;
import dev.merpati.worker.cobalt.proto.ProtoWriter;
import it.auties.whatsapp.model.node.Attributes;
import it.auties.whatsapp.model.node.Node;
import it.auties.whatsapp.model.signal.auth.SignedDeviceIdentitySpec;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks the account's phone for messages that this device cannot decrypt (whatsmeow {@code BuildUnavailableMessageRequest}
 * and {@code preparePeerMessageNode}). Blocks.
 */
final class PhoneRequests {
    private static final Logger log = LoggerFactory.getLogger(PhoneRequests.class);

    private static final int REQUEST = 16;
    private static final int PLACEHOLDER_RESEND = 4;
    private static final int MAX_PADDING = 16;
    private static final int ID_BYTES = 9;
    private static final SecureRandom RANDOM = new SecureRandom();

    private final String ownNumber;
    private final AccountTraits traits;
    private final SignalKeyStore signalKeys;
    private final Consumer<Node> send;

    PhoneRequests(String ownNumber, AccountTraits traits, SignalKeyStore signalKeys, Consumer<Node> send) {
        this.ownNumber = ownNumber;
        this.traits = traits;
        this.signalKeys = signalKeys;
        this.send = send;
    }

    /**
     * Asks for one message. Without a Signal session with the phone nothing is asked.
     *
     * @throws SignalKeyStore.UnavailableException when the keys cannot be read or stored now
     */
    void askFor(Envelope envelope) {
        ProtoWriter key = new ProtoWriter()
                .text(1, envelope.chat().account().toString())
                .number(2, envelope.fromMe() ? 1 : 0)
                .text(3, envelope.id());
        ProtoWriter request =
                new ProtoWriter().number(1, PLACEHOLDER_RESEND).message(5, new ProtoWriter().message(1, key));
        ProtoWriter protocol = new ProtoWriter().number(2, REQUEST).message(REQUEST, request);
        byte[] message =
                new ProtoWriter().message(ContentReader.PROTOCOL, protocol).toBytes();
        Address lid = traits.ownLid().map(Address::ofLid).orElse(null);
        Address session = lid == null ? Address.ofNumber(ownNumber) : lid;
        try {
            Ciphertext encrypted = signalKeys.encrypt(session.toJid(), padded(message));
            signalKeys.save();
            send.accept(stanza(traits.isMigrated() ? session : Address.ofNumber(ownNumber), encrypted));
        } catch (SignalKeyStore.FrozenException e) {
            log.debug("The phone is not asked: the connection is ending");
        } catch (SignalKeyStore.UnusableSessionException e) {
            log.debug("The phone is not asked: there is no session with it");
        }
    }

    private Node stanza(Address phone, Ciphertext encrypted) {
        List<Node> content = new ArrayList<>(List.of(
                Node.of("meta", Attributes.of().put("appdata", "default")),
                Node.of("enc", Attributes.of().put("v", "2").put("type", encrypted.type()), encrypted.bytes())));
        if ("pkmsg".equals(encrypted.type())) {
            signalKeys
                    .read(keys -> keys.companionIdentity())
                    .map(SignedDeviceIdentitySpec::encode)
                    .ifPresent(identity -> content.add(Node.of("device-identity", identity)));
        }
        Attributes attributes = Attributes.of()
                .put("id", newId())
                .put("to", phone.toJid())
                .put("type", "text")
                .put("category", "peer");
        return Node.of("message", attributes, content.toArray(Node[]::new));
    }

    private static String newId() {
        byte[] id = new byte[ID_BYTES];
        RANDOM.nextBytes(id);
        return "3EB0" + HexFormat.of().withUpperCase().formatHex(id);
    }

    private static byte[] padded(byte[] message) {
        int padding = 1 + RANDOM.nextInt(MAX_PADDING);
        byte[] result = Arrays.copyOf(message, message.length + padding);
        Arrays.fill(result, message.length, result.length, (byte) padding);
        return result;
    }
}
