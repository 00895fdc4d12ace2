package dev.merpati.worker.cobalt.send;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.merpati.simulator.crypto.Bytes;
import dev.merpati.simulator.phone.Padding;
import dev.merpati.simulator.proto.ProtoMessage;
import dev.merpati.simulator.signal.Encrypted;
import dev.merpati.simulator.signal.PreKeyBundle;
import dev.merpati.simulator.signal.SignalParty;
import dev.merpati.worker.cobalt.account.Account;
import dev.merpati.worker.cobalt.address.Address;
import dev.merpati.worker.cobalt.keys.Device;
import dev.merpati.worker.cobalt.keys.KeyBundles;
import dev.merpati.worker.cobalt.keys.SignalKeyStore;
import dev.merpati.worker.cobalt.query.Deadline;
import dev.merpati.worker.cobalt.query.IqClient;
import dev.merpati.worker.whatsapp.InMemoryRecords;
import it.auties.whatsapp.controller.Keys;
import it.auties.whatsapp.model.node.Attributes;
import it.auties.whatsapp.model.node.Node;
import it.auties.whatsapp.model.signal.auth.SignedDeviceIdentity;
import it.auties.whatsapp.model.signal.auth.SignedDeviceIdentitySpec;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Sessions with devices, and resends over them, where the server is not asked for keys: whoever asks it here fails. */
class DeviceSessionsTest {
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final Address SELF = Address.ofNumber("628000000001").withDevice(3);
    private static final Address NUMBER = Address.ofNumber("628111222333");
    private static final Address LID = Address.ofLid("83671001");

    private final InMemoryRecords records = new InMemoryRecords();
    private final Account account = new Account(records);
    private final ScheduledThreadPoolExecutor timer = new ScheduledThreadPoolExecutor(1);
    private final Keys keys = newKeys();
    private final SignalKeyStore signalKeys = new SignalKeyStore(keys, records);

    @SuppressWarnings("NullAway") // Nothing is asked here.
    private final KeyBundles bundles = new KeyBundles(new IqClient(null, Duration.ZERO), signalKeys);

    private static Keys newKeys() {
        return Device.unlinked(UUID.randomUUID(), "Merpati").keys();
    }

    @AfterEach
    void stop() {
        timer.shutdownNow();
    }

    @Test
    void aSessionGoesOnUnderTheHiddenIdThatWasLearnedSince() throws Exception {
        Address companion = NUMBER.withDevice(2);
        signalKeys.establish(NUMBER, 1, bundle());
        signalKeys.establish(companion, 2, bundle());
        signalKeys.save();
        account.lids().put(NUMBER.user(), LID.user());
        ReachableDevices reachable = new ReachableDevices(bundles, signalKeys, account.lids());
        List<Address> devices = List.of(LID, LID.withDevice(2));

        assertThat(reachable.of(devices, LID, Deadline.in(PATIENCE))).isEqualTo(devices);

        assertThat(records.load(List.of("signal:" + NUMBER.user()))).isEmpty();
        // The message itself may be addressed by number all the same.
        assertThat(reachable.of(List.of(NUMBER, companion), NUMBER, Deadline.in(PATIENCE)))
                .containsExactly(NUMBER, companion);
    }

    @Test
    void aMessageIsSentAgainFiveTimesToADevice() {
        RecentMessages recent = new RecentMessages(records, timer, InstantSource.system());
        List<Node> sent = new CopyOnWriteArrayList<>();
        Resends resends = resends(recent, sent);
        records.save(recent.add("A", new RecentMessages.Sent(NUMBER, MessageContent.text("Halo"))));
        records.save(recent.add("B", new RecentMessages.Sent(NUMBER, MessageContent.text("Halo"))));

        for (int i = 0; i < 6; i++) {
            resends.asked(retry("A", 1)); // One that counts wrongly.
        }
        resends.asked(retry("B", 5));
        resends.asked(retry("B", 6));
        resends.asked(retry("B", 2));

        // They are answered in turn.
        await().atMost(PATIENCE)
                .until(() ->
                        sent.stream().filter(stanza -> stanza.id().equals("B")).count() == 2);
        assertThat(sent.stream().map(Node::id)).containsExactly("A", "A", "A", "A", "A", "B", "B");
    }

    /** Bare, counted, for that device alone, and under the addresses that it asked with (whatsmeow {@code retry.go}). */
    @Test
    void anOwnCompanionGetsItsCopyAgainWithTheAddressesThatItAskedWith() throws Exception {
        SignedDeviceIdentity identity =
                new SignedDeviceIdentity(new byte[] {1}, new byte[] {2}, new byte[] {3}, new byte[] {4});
        keys.setCompanionIdentity(identity);
        RecentMessages recent = new RecentMessages(records, timer, InstantSource.system());
        List<Node> sent = new CopyOnWriteArrayList<>();
        records.save(recent.add("A", new RecentMessages.Sent(NUMBER, MessageContent.text("Halo"))));
        Address companion = SELF.withDevice(5);
        SignalParty party = SignalParty.create();
        AtomicReference<Map<String, byte[]>> storedBefore = new AtomicReference<>(Map.of());
        String session = "signal:" + SELF.user();

        resends(recent, stanza -> {
                    storedBefore.set(records.load(List.of(session)));
                    sent.add(stanza);
                })
                .asked(Node.of(
                        "receipt",
                        Attributes.of()
                                .put("id", "A")
                                .put("type", "retry")
                                .put("from", SELF.account().toJid())
                                .put("participant", companion.toJid())
                                .put("recipient", NUMBER.toJid()),
                        List.of(
                                Node.of("retry", Attributes.of().put("id", "A").put("count", "2")),
                                Node.of("registration", new byte[] {0, 0, 0, 1}),
                                Node.of("keys", bundle(party).children()))));

        await().atMost(PATIENCE).until(() -> !sent.isEmpty());
        Node message = sent.getFirst();
        assertThat(message.attributes().toMap())
                .containsEntry("id", "A")
                .containsEntry("to", SELF.account().toJid())
                .containsEntry("participant", companion.toJid())
                .containsEntry("recipient", NUMBER.toJid())
                .containsEntry("device_fanout", "false");
        assertThat(message.children()).extracting(Node::description).containsExactly("enc", "device-identity");
        assertThat(message.findChild("device-identity").flatMap(Node::contentAsBytes))
                .contains(SignedDeviceIdentitySpec.encode(identity));
        Node enc = message.findChild("enc").orElseThrow();
        assertThat(enc.attributes().toMap()).containsEntry("type", "pkmsg").containsEntry("count", "2");
        byte[] padded = party.decrypt(
                "us",
                keys.identityKeyPair().publicKey(),
                new Encrypted(Encrypted.Kind.PKMSG, enc.contentAsBytes().orElseThrow()));
        ProtoMessage copy = ProtoMessage.parse(Padding.remove(padded)).requiredMessage(31);
        assertThat(copy.text(1)).contains(NUMBER.toString());
        assertThat(copy.bytes(2)).contains(MessageContent.text("Halo").encoded());
        assertThat(storedBefore.get()).as("the session when the message leaves").containsKey(session);
    }

    /** Whoever knows the id of a message must not get it by asking. */
    @Test
    void aDeviceOfAnotherChatGetsNothing() {
        RecentMessages recent = new RecentMessages(records, timer, InstantSource.system());
        List<Node> sent = new CopyOnWriteArrayList<>();
        Resends resends = resends(recent, sent);
        records.save(recent.add("A", new RecentMessages.Sent(NUMBER, MessageContent.text("Halo"))));

        resends.asked(retry("A", 1, Address.ofNumber("628999888777")));
        resends.asked(retry("A", 1));

        // They are answered in turn.
        await().atMost(PATIENCE).until(() -> !sent.isEmpty());
        assertThat(sent)
                .singleElement()
                .satisfies(stanza ->
                        assertThat(stanza.attributes().getOptionalJid("to")).contains(NUMBER.toJid()));
    }

    private Resends resends(RecentMessages recent, List<Node> sent) {
        return resends(recent, (Consumer<Node>) sent::add);
    }

    private Resends resends(RecentMessages recent, Consumer<Node> socket) {
        return new Resends(
                socket,
                SELF,
                account,
                bundles,
                new MessageEncryptor(signalKeys, account.lids()),
                recent,
                Duration.ofSeconds(1));
    }

    private static Node retry(String messageId, int count) {
        return retry(messageId, count, NUMBER);
    }

    private static Node retry(String messageId, int count, Address from) {
        Attributes retry = Attributes.of().put("id", messageId).put("count", String.valueOf(count));
        Attributes receipt =
                Attributes.of().put("id", messageId).put("type", "retry").put("from", from.toJid());
        return Node.of(
                "receipt",
                receipt,
                List.of(
                        Node.of("retry", retry),
                        Node.of("registration", new byte[] {0, 0, 0, 1}),
                        Node.of("keys", bundle().children())));
    }

    private static Node bundle(SignalParty party) {
        PreKeyBundle bundle = party.bundle();
        return Node.of(
                "user",
                List.of(
                        Node.of("identity", bundle.identityKey()),
                        Node.of(
                                "skey",
                                List.of(
                                        Node.of("id", Bytes.bigEndian(bundle.signedPreKeyId(), 3)),
                                        Node.of("value", bundle.signedPreKey()),
                                        Node.of("signature", bundle.signature())))));
    }

    /** The keys of a device that nobody has met. */
    private static Node bundle() {
        Keys device = newKeys();
        return Node.of(
                "user",
                List.of(
                        Node.of("identity", device.identityKeyPair().publicKey()),
                        device.signedKeyPair().toNode()));
    }
}
