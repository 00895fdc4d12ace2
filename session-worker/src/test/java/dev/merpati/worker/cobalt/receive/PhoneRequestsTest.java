package dev.merpati.worker.cobalt.receive;

import static org.assertj.core.api.Assertions.assertThat;

import dev.merpati.simulator.crypto.Bytes;
import dev.merpati.simulator.phone.Padding;
import dev.merpati.simulator.proto.ProtoMessage;
import dev.merpati.simulator.signal.Encrypted;
import dev.merpati.simulator.signal.PreKeyBundle;
import dev.merpati.simulator.signal.SignalParty;
import dev.merpati.worker.cobalt.account.AccountTraits;
import dev.merpati.worker.cobalt.address.Address;
import dev.merpati.worker.cobalt.keys.Device;
import dev.merpati.worker.cobalt.keys.SignalKeyStore;
import dev.merpati.worker.whatsapp.InMemoryRecords;
import it.auties.whatsapp.controller.Keys;
import it.auties.whatsapp.model.node.Attributes;
import it.auties.whatsapp.model.node.Node;
import it.auties.whatsapp.model.signal.auth.SignedDeviceIdentity;
import it.auties.whatsapp.model.signal.auth.SignedDeviceIdentitySpec;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the account's phone is asked for; the phone's Signal code and protobufs are the simulator's. */
class PhoneRequestsTest {
    private static final String OWN = "628000000001";
    private static final Address OWN_LID = Address.ofLid("83671001");
    private static final Address CONTACT = Address.ofLid("83671002");

    private final Keys keys = Device.unlinked(UUID.randomUUID(), "Merpati").keys();
    private final InMemoryRecords records = new InMemoryRecords();
    private final SignalKeyStore signalKeys = new SignalKeyStore(keys, records);
    private final AccountTraits traits = new AccountTraits(records);
    private final SignalParty phone = SignalParty.create();
    private final List<Node> sent = new ArrayList<>();
    private final PhoneRequests requests = new PhoneRequests(OWN, traits, signalKeys, sent::add);

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void thePhoneIsAskedForTheOneMessageUnderItsOwnAddress(boolean migrated) throws Exception {
        traits.ownLid(OWN_LID.user());
        traits.migrated(migrated);
        begin(OWN_LID);

        requests.askFor(missing());

        Node request = sent.getFirst();
        assertThat(request.attributes().getString("category")).isEqualTo("peer");
        assertThat(request.attributes().getOptionalJid("to"))
                .contains((migrated ? OWN_LID : Address.ofNumber(OWN)).toJid());
        ProtoMessage protocol = open(request).requiredMessage(12);
        assertThat(protocol.requiredNumber(2))
                .as("PEER_DATA_OPERATION_REQUEST_MESSAGE")
                .isEqualTo(16);
        ProtoMessage operation = protocol.requiredMessage(16);
        assertThat(operation.requiredNumber(1)).as("PLACEHOLDER_MESSAGE_RESEND").isEqualTo(4);
        ProtoMessage key = operation.requiredMessage(5).requiredMessage(1);
        assertThat(key.text(1)).contains(CONTACT.toString());
        assertThat(key.number(2).orElse(0)).as("from me").isZero();
        assertThat(key.text(3)).contains("A");
    }

    /** The phone does not show what begins a session and does not say whose device it is from. */
    @Test
    void aRequestThatBeginsASessionProvesWhoseDeviceItIsFrom() throws Exception {
        SignedDeviceIdentity identity =
                new SignedDeviceIdentity(new byte[] {1}, new byte[] {2}, new byte[] {3}, new byte[] {4});
        keys.setCompanionIdentity(identity);
        traits.ownLid(OWN_LID.user());
        begin(OWN_LID);

        requests.askFor(missing());

        assertThat(sent.getFirst().findChild("device-identity").flatMap(Node::contentAsBytes))
                .contains(SignedDeviceIdentitySpec.encode(identity));
    }

    /** A crash in between would make the next owner use the same keys again. */
    @Test
    void theSessionIsStoredBeforeThePhoneIsAsked() throws Exception {
        traits.ownLid(OWN_LID.user());
        begin(OWN_LID);
        byte[] before = session();

        requests.askFor(missing());

        assertThat(session()).isNotEqualTo(before);
    }

    @Test
    void withoutASessionWithThePhoneNothingIsAsked() throws Exception {
        requests.askFor(missing());

        assertThat(sent).isEmpty();
    }

    private byte[] session() {
        return records.load(List.of("signal:" + OWN_LID.toSignalAddress().name()))
                .values()
                .iterator()
                .next();
    }

    private static Envelope missing() throws MalformedStanzaException {
        Node message = Node.of(
                "message",
                Attributes.of().put("id", "A").put("from", CONTACT.toJid()).put("t", "1700000000"),
                Node.of("unavailable"));
        return Envelope.of(message, OWN, OWN_LID.user());
    }

    private void begin(Address address) {
        PreKeyBundle bundle = phone.bundle();
        Node node = Node.of(
                "user",
                Node.of("identity", (Object) bundle.identityKey()),
                Node.of(
                        "skey",
                        Node.of("id", (Object) Bytes.bigEndian(bundle.signedPreKeyId(), 3)),
                        Node.of("value", (Object) bundle.signedPreKey()),
                        Node.of("signature", (Object) bundle.signature())));
        assertThat(signalKeys.establish(address, bundle.registrationId(), node)).isTrue();
        signalKeys.save();
    }

    private ProtoMessage open(Node request) throws Exception {
        Node enc = request.findChild("enc").orElseThrow();
        byte[] padded = phone.decrypt(
                "us",
                keys.identityKeyPair().publicKey(),
                new Encrypted(Encrypted.Kind.PKMSG, enc.contentAsBytes().orElseThrow()));
        assertThat(enc.attributes().getString("type")).isEqualTo("pkmsg");
        return ProtoMessage.parse(Padding.remove(padded));
    }
}
