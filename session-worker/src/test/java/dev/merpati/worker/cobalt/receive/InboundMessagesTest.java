package dev.merpati.worker.cobalt.receive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.merpati.simulator.phone.Padding;
import dev.merpati.simulator.proto.ProtoBuilder;
import dev.merpati.simulator.proto.ProtoMessage;
import dev.merpati.simulator.signal.Encrypted;
import dev.merpati.simulator.signal.PreKeyBundle;
import dev.merpati.simulator.signal.SignalException;
import dev.merpati.simulator.signal.SignalParty;
import dev.merpati.worker.cobalt.account.Account;
import dev.merpati.worker.cobalt.address.Address;
import dev.merpati.worker.cobalt.keys.Device;
import dev.merpati.worker.cobalt.keys.MessageDecryptor;
import dev.merpati.worker.cobalt.keys.SignalKeyStore;
import dev.merpati.worker.whatsapp.InMemoryRecords;
import dev.merpati.worker.whatsapp.IncomingContent;
import dev.merpati.worker.whatsapp.IncomingMessage;
import it.auties.whatsapp.controller.Keys;
import it.auties.whatsapp.model.jid.Jid;
import it.auties.whatsapp.model.jid.JidServer;
import it.auties.whatsapp.model.node.Attributes;
import it.auties.whatsapp.model.node.Node;
import it.auties.whatsapp.model.signal.auth.SignedDeviceIdentity;
import it.auties.whatsapp.model.signal.auth.SignedDeviceIdentitySpec;
import it.auties.whatsapp.model.signal.keypair.SignalPreKeyPair;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HexFormat;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Each decision about a received message; the other side's Signal code and protobufs are the simulator's. */
class InboundMessagesTest {
    private static final Duration LONG = Duration.ofSeconds(30);
    private static final Jid SENDER = Jid.of("628000000002", JidServer.whatsapp(), 0, 0);
    private static final String US = "us";

    private final Keys keys = Device.unlinked(UUID.randomUUID(), "Merpati").keys();
    private final InMemoryRecords records = new InMemoryRecords();
    private final SignalKeyStore signalKeys = new SignalKeyStore(keys, records);
    private final SignalParty other = SignalParty.create();
    private final List<Node> sent = new CopyOnWriteArrayList<>();
    private final List<IncomingMessage> taken = new CopyOnWriteArrayList<>();
    private final AtomicInteger overflows = new AtomicInteger();
    private volatile Consumer<IncomingMessage> gate = _ -> {};
    private InboundMessages messages = newMessages();

    @BeforeEach
    void begin() throws SignalException {
        SignalPreKeyPair preKey = SignalPreKeyPair.random(1);
        keys.addPreKey(preKey);
        other.begin(
                US,
                new PreKeyBundle(
                        keys.registrationId(),
                        keys.identityKeyPair().publicKey(),
                        keys.signedKeyPair().id(),
                        keys.signedKeyPair().publicKey(),
                        keys.signedKeyPair().signature(),
                        new PreKeyBundle.Some(1, preKey.publicKey())));
    }

    @SuppressWarnings("NullAway") // No message here is one of the account's own devices.
    private InboundMessages newMessages() {
        Account account = new Account(records);
        StanzaReplies replies = new StanzaReplies(sent::add);
        return new InboundMessages(
                "628000000001",
                account,
                new MessageDecryptor(signalKeys),
                replies,
                new RetryRequests(replies, signalKeys, new RetryCounts(records, InstantSource.system())),
                null,
                new PhoneRequests("628000000001", account.traits(), signalKeys, sent::add),
                message -> {
                    gate.accept(message);
                    taken.add(message);
                },
                overflows::incrementAndGet);
    }

    private Encrypted text(String text) throws SignalException {
        return other.encrypt(
                US, Padding.add(ProtoMessage.builder().text(1, text).build()));
    }

    private static Node message(String id, Node... content) {
        return Node.of(
                "message",
                Attributes.of()
                        .put("id", id)
                        .put("from", SENDER)
                        .put("t", "1700000000")
                        .put("type", "text")
                        .put("notify", "Budi"),
                content);
    }

    private static Node enc(Encrypted encrypted) {
        return enc(encrypted.kind().wireName(), encrypted.bytes());
    }

    private static Node enc(String type, byte[] bytes) {
        return Node.of("enc", Attributes.of().put("v", "2").put("type", type), bytes);
    }

    private void awaitSent(int count) {
        await().atMost(LONG).until(() -> sent.size() >= count);
        assertThat(sent).hasSize(count);
    }

    private Attributes last() {
        return sent.getLast().attributes();
    }

    @Test
    void aMessageIsTakenThenConfirmedThenAcknowledged() throws SignalException {
        messages.received(message("A", enc(text("Halo"))));
        awaitSent(2);

        IncomingMessage message = taken.getFirst();
        assertThat(message.content()).isEqualTo(new IncomingContent.Text("Halo"));
        assertThat(message.pushName()).isEqualTo("Budi");
        assertThat(message.sentAt()).hasToString("2023-11-14T22:13:20Z");
        assertThat(sent.getFirst())
                .isEqualTo(Node.of(
                        "receipt",
                        Attributes.of().put("id", "A").put("to", SENDER).put("type", "inactive")));
        assertThat(sent.getLast())
                .isEqualTo(Node.of(
                        "ack", Attributes.of().put("id", "A").put("to", SENDER).put("class", "message")));
    }

    /** A lock on new chats does not concern those who have written. */
    @Test
    void whoeverWritesIsSomebodyToWriteTo() throws SignalException {
        messages.received(message("A", enc(text("Halo"))));
        awaitSent(2);

        assertThat(new Account(records).chats().contains(Address.ofNumber(SENDER.user())))
                .isTrue();
    }

    @Test
    void theNumberBesideAHiddenSenderIsKept() throws SignalException {
        Address lid = Address.ofLid("83671001");
        Node message = message("A", enc(text("Halo")));
        message.attributes().put("from", lid.toJid()).put("sender_pn", SENDER);

        messages.received(message);
        awaitSent(2);

        assertThat(taken.getFirst().sender().phoneNumber()).isEqualTo(SENDER.user());
        assertThat(new Account(records).lids().numberOf(lid.user())).contains(SENDER.user());
    }

    /** WhatsApp tells the other devices of an account that this one has what they sent, and nobody else. */
    @ParameterizedTest
    @CsvSource({"false, sender", "true, peer_msg"})
    void whatADeviceOfTheAccountSentIsConfirmedAsThat(boolean peer, String type) throws SignalException {
        Node message = message("A", enc(text("Halo")));
        message.attributes()
                .put("from", Jid.of("628000000001", JidServer.whatsapp(), 0, 0))
                .put("recipient", SENDER)
                .put("category", "peer", peer);

        messages.received(message);
        awaitSent(2);

        assertThat(sent.getFirst().attributes().toMap()).containsEntry("type", type);
        assertThat(sent.getFirst().attributes().toMap()).containsEntry("recipient", SENDER);
        assertThat(taken)
                .singleElement()
                .satisfies(read -> assertThat(read.fromMe()).isTrue());
    }

    @Test
    void whatWasReadBeforeIsConfirmedAndNotTakenAgain() throws SignalException {
        Node message = message("A", enc(text("Halo")));
        messages.received(message);
        messages.received(message);
        awaitSent(4);

        assertThat(taken).hasSize(1);
        assertThat(sent.get(2).description()).isEqualTo("receipt");
    }

    @Test
    void aLatecomerIsReadAndNotTakenForADuplicate() throws SignalException {
        Node early = message("A", enc(text("early")));
        for (int i = 0; i < 50; i++) {
            messages.received(message("B" + i, enc(text("later"))));
        }
        messages.received(early);

        await().atMost(LONG).until(() -> taken.size() == 51);
        assertThat(taken.getLast().content()).isEqualTo(new IncomingContent.Text("early"));
    }

    @Test
    void whatCannotBeReadIsAskedForFiveTimesOverAllConnectionsAndNeverConfirmed() throws SignalException {
        for (int count = 1; count <= 5; count++) {
            messages.close();
            messages = newMessages();
            messages.received(message("A", enc("pkmsg", text("Halo").withWrongMac())));
            awaitSent(2 * count);

            Node receipt = sent.get(sent.size() - 2);
            assertThat(receipt.attributes().getString("type")).isEqualTo("retry");
            assertThat(receipt.findChild("retry").orElseThrow().attributes().toMap())
                    .containsEntry("count", Integer.toString(count))
                    .containsEntry("id", "A")
                    .containsEntry("t", "1700000000")
                    .containsEntry("v", "1");
            assertThat(receipt.findChild("registration").flatMap(Node::contentAsBytes))
                    .contains(keys.encodedRegistrationId());
            assertThat(receipt.findChild("keys").isPresent()).isEqualTo(count > 1);
            assertThat(sent.getLast().description()).isEqualTo("ack");
        }
        Node bundle = sent.get(2).findChild("keys").orElseThrow();
        assertThat(bundle.children()).extracting(Node::description).contains("type", "identity", "key", "skey");
        assertThat(sent.stream()
                        .flatMap(receipt -> receipt.findChild("keys").stream())
                        .flatMap(keys -> keys.findChild("key").flatMap(key -> key.findChild("id")).stream())
                        .flatMap(id -> id.contentAsBytes().stream())
                        .map(HexFormat.of()::formatHex))
                .as("each bundle has a key of its own")
                .hasSize(4)
                .doesNotHaveDuplicates()
                .doesNotContain("000001");

        messages.received(message("A", enc("pkmsg", text("Halo").withWrongMac())));

        awaitSent(11);
        assertThat(last().toMap()).doesNotContainKey("error").containsEntry("class", "message");
        assertThat(taken).isEmpty();
    }

    /** The sender knows better how often it was asked, when a record of ours is lost. */
    @Test
    void theSendersCountGoesOn() throws SignalException {
        SignedDeviceIdentity identity =
                new SignedDeviceIdentity(new byte[] {1}, new byte[] {2}, new byte[] {3}, new byte[] {4});
        keys.setCompanionIdentity(identity);
        Node unreadable = enc("pkmsg", text("Halo").withWrongMac());
        unreadable.attributes().put("count", "3");

        messages.received(message("A", unreadable));
        awaitSent(2);

        Node receipt = sent.getFirst();
        assertThat(receipt.findChild("retry").orElseThrow().attributes().toMap())
                .containsEntry("count", "4");
        assertThat(receipt.findChild("keys")
                        .flatMap(keys -> keys.findChild("device-identity"))
                        .flatMap(Node::contentAsBytes))
                .contains(SignedDeviceIdentitySpec.encode(identity));
    }

    /** What its sender does not send again, and what only the phone was sent, the phone may have. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void whatNobodyElseSendsIsAskedOfThePhone(boolean unavailable) throws SignalException {
        Address phone = Address.ofNumber("628000000001");
        Keys phoneKeys = Device.unlinked(UUID.randomUUID(), "phone").keys();
        assertThat(signalKeys.establish(
                        phone,
                        1,
                        Node.of(
                                "user",
                                List.of(
                                        Node.of(
                                                "identity",
                                                phoneKeys.identityKeyPair().publicKey()),
                                        phoneKeys.signedKeyPair().toNode()))))
                .isTrue();
        new RetryCounts(records, InstantSource.system()).set(SENDER.user() + ":A", 5);

        messages.received(message(
                "A",
                unavailable ? Node.of("unavailable") : enc("pkmsg", text("Halo").withWrongMac())));
        awaitSent(2);

        assertThat(sent.getFirst().description()).isEqualTo("message");
        assertThat(sent.getFirst().attributes().toMap())
                .containsEntry("category", "peer")
                .containsEntry("to", phone.toJid());
        assertThat(sent.getLast().description()).isEqualTo("ack");
        assertThat(last().toMap()).doesNotContainKey("error");
    }

    @Test
    void aMessageThatWasAskedForIsTakenUnderItsId() throws SignalException {
        messages.received(message("A", enc("pkmsg", text("Halo").withWrongMac())));
        awaitSent(2);

        messages.received(message("A", enc(text("Halo"))));
        awaitSent(4);

        assertThat(taken).extracting(IncomingMessage::id).containsExactly("A");
        assertThat(records.load(List.of("retries"))).isEmpty();
    }

    @Test
    void nobodyIsAskedTwiceForWhatTheListenerHasNotTaken() throws SignalException {
        AtomicInteger failures = new AtomicInteger(3);
        gate = _ -> {
            if (failures.getAndDecrement() > 0) {
                throw new IllegalStateException("not now");
            }
        };
        messages.received(message("A", enc(text("Halo"))));

        awaitSent(2);
        assertThat(taken).hasSize(1);
    }

    @Test
    void aMessageThatWasNotTakenBeforeTheEndIsReadAgainAfterIt() throws SignalException {
        CountDownLatch offered = new CountDownLatch(1);
        gate = _ -> {
            offered.countDown();
            throw new IllegalStateException("never");
        };
        Node message = message("A", enc(text("Halo")));
        messages.received(message);
        await().atMost(LONG).until(() -> offered.getCount() == 0);
        messages.close();
        signalKeys.save();
        gate = _ -> {};

        messages = newMessages();
        messages.received(message);

        awaitSent(2);
        assertThat(taken).hasSize(1);
    }

    @Test
    void whatIsNoMessageIsRefusedWithTheCodeOfRealClients() throws SignalException {
        messages.received(Node.of("message", Attributes.of().put("from", SENDER).put("id", "")));
        awaitSent(1);
        assertThat(last().getString("error")).isEqualTo("487");

        messages.received(message("B"));
        awaitSent(2);
        assertThat(last().getString("error")).isEqualTo("488");

        messages.received(message("C", enc("future", new byte[] {1})));
        awaitSent(3);
        assertThat(last().getString("error")).isEqualTo("488");

        messages.received(message("D", enc("msmsg", new byte[] {1})));
        awaitSent(4);
        assertThat(last().getString("error")).isEqualTo("495");

        messages.received(message("E", enc(other.encrypt(US, Padding.add(new byte[] {(byte) 0xFF})))));
        awaitSent(5);
        assertThat(last().getString("error")).isEqualTo("491");

        messages.received(message("F", enc(text("Halo"))));
        awaitSent(7);
        assertThat(taken).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"status@broadcast", "1203630@g.us", "120363@newsletter"})
    void whatIsNotFromAPersonIsOnlyAcknowledged(String from) {
        messages.received(Node.of(
                "message",
                Attributes.of().put("id", "A").put("from", Jid.of(from)).put("participant", SENDER),
                enc("skmsg", new byte[] {1})));
        awaitSent(1);

        assertThat(sent.getFirst().description()).isEqualTo("ack");
        assertThat(last().toMap()).doesNotContainKey("error").containsEntry("participant", SENDER);
    }

    @Test
    void fewMessagesWaitAndThoseThatAreDroppedAreNotAcknowledged() throws SignalException {
        CountDownLatch release = new CountDownLatch(1);
        gate = _ -> {
            try {
                release.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        };
        for (int i = 0; i < 600; i++) {
            messages.received(message("A" + i, enc(text("Halo"))));
        }
        assertThat(messages.hasRoom()).isFalse();
        assertThat(sent).isEmpty();

        release.countDown();

        await().atMost(LONG).until(() -> overflows.get() == 1);
        assertThat(taken).hasSize(500);
        assertThat(messages.hasRoom()).isTrue();
    }

    /** Only a device of this account says what another one sent. */
    @Test
    void aStrangerCannotWriteInTheNameOfThisAccount() throws SignalException {
        ProtoBuilder copy = ProtoMessage.builder()
                .text(1, "628000000003@s.whatsapp.net")
                .message(2, ProtoMessage.builder().text(1, "not yours"));
        byte[] message = ProtoMessage.builder().message(31, copy).build();
        messages.received(message("A", enc(other.encrypt(US, Padding.add(message)))));
        awaitSent(2);

        assertThat(taken.getFirst().content()).isEqualTo(new IncomingContent.Unsupported(31));
        assertThat(taken.getFirst().chat().phoneNumber()).isEqualTo(SENDER.user());
    }
}
