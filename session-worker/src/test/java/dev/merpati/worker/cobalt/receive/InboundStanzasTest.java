package dev.merpati.worker.cobalt.receive;

import static org.assertj.core.api.Assertions.assertThat;

import dev.merpati.worker.cobalt.address.Address;
import dev.merpati.worker.cobalt.keys.Device;
import dev.merpati.worker.cobalt.keys.SignalKeyStore;
import dev.merpati.worker.whatsapp.InMemoryRecords;
import it.auties.whatsapp.controller.Store;
import it.auties.whatsapp.model.jid.Jid;
import it.auties.whatsapp.model.jid.JidServer;
import it.auties.whatsapp.model.node.Attributes;
import it.auties.whatsapp.model.node.Node;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class InboundStanzasTest {
    private static final Jid SELF = Jid.of("628000000001", JidServer.whatsapp(), 3, 0);

    private final Device device = new Device(
            UUID.randomUUID(),
            "Merpati",
            Device.unlinked(UUID.randomUUID(), "Merpati").keys(),
            Address.of(SELF).orElseThrow());
    private final Store store = device.newStore("2.3000.1");
    private final RecordingCobalt cobalt = new RecordingCobalt(store, device.keys());
    private final SignalKeyStore signalKeys = new SignalKeyStore(device.keys(), new InMemoryRecords());
    private final InboundStanzas stanzas = new InboundStanzas(cobalt, store, signalKeys);

    @Test
    void aMessageIsDecryptedAcknowledgedConfirmedAndForgotten() {
        Jid from = Jid.of("628000000002", JidServer.whatsapp(), 5, 0);

        stanzas.handle(message(from));

        assertThat(cobalt.decoded).hasSize(1);
        assertThat(cobalt.sent).hasSize(2);
        assertThat(cobalt.sent.getFirst())
                .isEqualTo(Node.of(
                        "ack",
                        Attributes.of()
                                .put("id", "ID")
                                .put("to", from)
                                .put("class", "message")
                                .put("type", "text")));
        assertThat(cobalt.sent.getLast().attributes().toMap())
                .containsEntry("to", from)
                .containsEntry("type", "inactive");
        assertThat(store.chats()).isEmpty();
        assertThat(store.contacts()).isEmpty();
    }

    /** Cobalt throws at such a sender, and the server sends the message again for ever. */
    @Test
    void aSenderWithAHiddenAddressIsDecryptedAndAcknowledgedUnderIt() {
        Jid hidden = Jid.of("99887766", JidServer.lid(), 3, 0);

        stanzas.handle(message(hidden));

        assertThat(cobalt.decoded.getFirst().attributes().getRequiredJid("from"))
                .isEqualTo(Jid.of("99887766", JidServer.whatsapp(), 3, 0));
        assertThat(cobalt.sent.getFirst().attributes().toMap())
                .containsEntry("to", hidden)
                .containsEntry("class", "message");
    }

    @ParameterizedTest
    @ValueSource(strings = {"status@broadcast", "1203630@g.us", "120363@newsletter"})
    void whatIsNotFromAPersonIsOnlyAcknowledged(String from) {
        stanzas.handle(message(Jid.of(from)));

        assertThat(cobalt.decoded).isEmpty();
        assertThat(cobalt.sent).extracting(Node::description).containsExactly("ack");
    }

    @Test
    void aMessageFromTheOwnPhoneIsConfirmedAsItsKindWants() {
        Jid self = SELF.toSimpleJid();
        stanzas.handle(message(self));
        Node peer = message(self);
        peer.attributes().put("category", "peer");
        stanzas.handle(peer);

        assertThat(cobalt.sent)
                .filteredOn(node -> node.hasDescription("receipt"))
                .extracting(node -> node.attributes().getString("type"))
                .containsExactly("sender", "peer_msg");
    }

    /** It comes again on the next connection, whose keys can be stored. */
    @Test
    void nothingIsAcknowledgedThatTheKeysHaveNotSeen() {
        signalKeys.freeze();

        stanzas.handle(message(Jid.of(628000000002L)));

        assertThat(cobalt.decoded).isEmpty();
        assertThat(cobalt.sent).isEmpty();
    }

    private static Node message(Jid from) {
        return Node.of(
                "message",
                Attributes.of().put("id", "ID").put("from", from).put("type", "text"),
                Node.of("enc", new byte[] {1}));
    }
}
