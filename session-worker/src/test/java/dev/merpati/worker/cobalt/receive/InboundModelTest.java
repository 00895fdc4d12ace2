package dev.merpati.worker.cobalt.receive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.merpati.clients.timing.Backoff;
import dev.merpati.clients.timing.StopSignal;
import dev.merpati.model.event.Event;
import dev.merpati.simulator.phone.Padding;
import dev.merpati.simulator.proto.ProtoMessage;
import dev.merpati.simulator.signal.Encrypted;
import dev.merpati.simulator.signal.PreKeyBundle;
import dev.merpati.simulator.signal.SignalException;
import dev.merpati.simulator.signal.SignalParty;
import dev.merpati.worker.cobalt.account.Account;
import dev.merpati.worker.cobalt.keys.Device;
import dev.merpati.worker.cobalt.keys.MessageDecryptor;
import dev.merpati.worker.cobalt.keys.SignalKeyStore;
import dev.merpati.worker.event.EventPublisher;
import dev.merpati.worker.event.MemoryEvents;
import dev.merpati.worker.event.PatientPublisher;
import dev.merpati.worker.event.SessionEvents;
import dev.merpati.worker.fencing.TestLeases;
import dev.merpati.worker.whatsapp.InMemoryRecords;
import dev.merpati.worker.whatsapp.SessionRecords;
import it.auties.protobuf.stream.ProtobufInputStream;
import it.auties.whatsapp.controller.Keys;
import it.auties.whatsapp.controller.KeysSpec;
import it.auties.whatsapp.model.jid.Jid;
import it.auties.whatsapp.model.jid.JidServer;
import it.auties.whatsapp.model.node.Attributes;
import it.auties.whatsapp.model.node.Node;
import it.auties.whatsapp.model.signal.keypair.SignalPreKeyPair;
import java.io.ByteArrayInputStream;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedDeque;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A worker that ends at each of its steps while two phones write: before an event is published, after that, before and after
 * the keys are stored, before a receipt or an acknowledgement leaves. WhatsApp delivers again what is not acknowledged. The
 * reading, decrypting and publishing is the real one; a model stands for WhatsApp, Redis and Kafka.
 */
class InboundModelTest {
    private static final Duration LONG = Duration.ofSeconds(30);
    private static final UUID SESSION = new UUID(1, 2);
    private static final String OWN = "628000000001";
    private static final List<String> PHONES = List.of("628000000002", "628000000003");

    /** What outlives a worker. */
    private final MemoryEvents kafka = new MemoryEvents();

    private final InMemoryRecords redis = new InMemoryRecords();
    private final Keys identity = Device.unlinked(SESSION, "Merpati").keys();
    /** What WhatsApp keeps for the device, in its order. */
    private final Map<String, Node> unacknowledged = new LinkedHashMap<>();

    private final Map<String, SignalParty> phones = new LinkedHashMap<>();
    private final List<String> written = new ArrayList<>();

    InboundModelTest() throws SignalException {
        int preKeyId = 1;
        for (String phone : PHONES) {
            SignalPreKeyPair preKey = SignalPreKeyPair.random(preKeyId);
            identity.addPreKey(preKey);
            SignalParty party = SignalParty.create();
            party.begin(
                    OWN,
                    new PreKeyBundle(
                            identity.registrationId(),
                            identity.identityKeyPair().publicKey(),
                            identity.signedKeyPair().id(),
                            identity.signedKeyPair().publicKey(),
                            identity.signedKeyPair().signature(),
                            new PreKeyBundle.Some(preKeyId++, preKey.publicKey())));
            phones.put(phone, party);
        }
    }

    /** Each life begins with the credentials as they are stored, and not with what the one before had in memory. */
    private static Keys loaded(Keys stored) {
        return KeysSpec.decode(ProtobufInputStream.fromStream(new ByteArrayInputStream(KeysSpec.encode(stored))));
    }

    /** Message ids are the sender's choice: both phones use the same. */
    private void write(int number) throws SignalException {
        for (Map.Entry<String, SignalParty> phone : phones.entrySet()) {
            String id = "M" + number;
            Encrypted text = phone.getValue()
                    .encrypt(
                            OWN,
                            Padding.add(ProtoMessage.builder()
                                    .text(1, "text " + number)
                                    .build()));
            Node stanza = Node.of(
                    "message",
                    Attributes.of()
                            .put("id", id)
                            .put("from", Jid.of(phone.getKey(), JidServer.whatsapp(), 0, 0))
                            .put("t", "1700000000")
                            .put("type", "text"),
                    Node.of(
                            "enc",
                            Attributes.of()
                                    .put("v", "2")
                                    .put("type", text.kind().wireName()),
                            text.bytes()));
            unacknowledged.put(phone.getKey() + "/" + id, stanza);
            written.add(phone.getKey() + "/" + id);
        }
    }

    /** One life of a worker: it ends before a certain step, or never. */
    private final class Worker implements SessionRecords, EventPublisher {
        private final InboundMessages messages;
        private final StringBuilder steps = new StringBuilder();
        private final ConcurrentLinkedDeque<Node> acknowledged = new ConcurrentLinkedDeque<>();
        private int stepsLeft;
        private volatile boolean dead;

        @SuppressWarnings({"this-escape", "NullAway"}) // No message here is one of the account's own devices.
        Worker(int stepsLeft) {
            this.stepsLeft = stepsLeft;
            Account account = new Account(this);
            SignalKeyStore keys = new SignalKeyStore(loaded(identity), this);
            StanzaReplies replies = new StanzaReplies(this::sent);
            SessionEvents events = new SessionEvents(
                    SESSION,
                    TestLeases.lease(0, System::nanoTime),
                    this,
                    new PatientPublisher(
                            this,
                            new Backoff(Duration.ofMillis(1), Duration.ofMillis(1), new Random(1)),
                            new StopSignal()),
                    kafka,
                    Instant::now);
            events.begin("tenant");
            messages = new InboundMessages(
                    OWN,
                    account,
                    new MessageDecryptor(keys),
                    replies,
                    new RetryRequests(replies, keys, new RetryCounts(this, InstantSource.system())),
                    null,
                    new PhoneRequests(OWN, account.traits(), keys, this::sent),
                    events::message,
                    () -> {});
        }

        /** Ends the worker here when its time has come: nothing of it reaches anybody any more. */
        private boolean isAlive(char step) {
            if (!dead && stepsLeft-- == 0) {
                dead = true;
                messages.close();
            }
            if (!dead) {
                steps.append(step);
            }
            return !dead;
        }

        private void step(char what) {
            if (!isAlive(what)) {
                throw new IllegalStateException("the worker is gone");
            }
        }

        @Override
        public CompletableFuture<Void> publish(Event event) {
            step('p');
            CompletableFuture<Void> stored = kafka.publish(event);
            step('P');
            return stored;
        }

        @Override
        public Map<String, byte[]> load(Collection<String> names) {
            return redis.load(names);
        }

        @Override
        public void save(Map<String, byte @Nullable []> changes) {
            boolean keys = changes.keySet().stream().anyMatch(name -> name.startsWith("signal:"));
            step(keys ? 'k' : 's');
            redis.save(changes);
            step(keys ? 'K' : 'S');
        }

        private void sent(Node node) {
            if (!isAlive('a')) {
                return;
            }
            if (node.hasDescription("ack")) {
                acknowledged.add(node);
            }
            assertThat(node.attributes().hasKey("error"))
                    .as("nothing is refused")
                    .isFalse();
            assertThat(node.attributes().hasValue("type", "retry"))
                    .as("nothing is unreadable")
                    .isFalse();
        }

        /** Connects, gets what WhatsApp has for it, and lives until all of that is handled, or it ends. */
        String live() {
            List<Node> backlog = List.copyOf(unacknowledged.values());
            backlog.forEach(messages::received);
            await().pollInterval(Duration.ofMillis(1))
                    .atMost(LONG)
                    .until(() -> dead || acknowledged.size() == backlog.size());
            messages.close();
            await().pollInterval(Duration.ofMillis(1)).atMost(LONG).until(messages::isIdle);
            acknowledged.forEach(ack -> unacknowledged.remove(
                    ack.attributes().getOptionalJid("to").orElseThrow().user() + "/" + ack.id()));
            return steps.toString();
        }
    }

    /** The messages that a tenant sees: the first event of each key. */
    private List<String> seen() {
        Map<String, String> first = new LinkedHashMap<>();
        kafka.events.forEach(event -> first.putIfAbsent(
                event.key(),
                event.data().path("from").asString() + "/"
                        + event.data().path("messageId").asString()));
        return List.copyOf(first.values());
    }

    private void assertAllIsThere() {
        assertThat(unacknowledged).isEmpty();
        assertThat(seen()).containsExactlyInAnyOrderElementsOf(written).doesNotHaveDuplicates();
        for (String phone : PHONES) {
            assertThat(seen().stream().filter(message -> message.startsWith(phone)))
                    .containsExactlyElementsOf(written.stream()
                            .filter(message -> message.startsWith(phone))
                            .toList());
        }
    }

    @Test
    void aWorkerThatLivesPublishesStoresAndThenConfirmsEachMessage() throws SignalException {
        write(1);

        String steps = new Worker(Integer.MAX_VALUE).live();

        assertAllIsThere();
        assertThat(steps).matches("(pP(sS)*kK(sS)*aa){2}");
        assertThat(kafka.events).hasSize(2);
    }

    @Test
    void whereverAWorkerEndsNothingIsLostAndEachKeyCountsOnce() throws SignalException {
        int ends = 0;
        boolean lived = false;
        for (int number = 0; !lived || number < 12; number++) {
            write(number);
            // The next one ends a step later than the one before, until one gets to the end of its backlog.
            new Worker(ends++).live();
            lived = unacknowledged.isEmpty();
        }
        new Worker(Integer.MAX_VALUE).live();

        assertAllIsThere();
        assertThat(ends).isGreaterThanOrEqualTo(12);
        assertThat(kafka.events).as("some were published twice").hasSizeGreaterThan(written.size());
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10})
    void whateverHappensNothingIsLostAndEachKeyCountsOnce(long seed) throws SignalException {
        Random random = new Random(seed);
        for (int number = 0; number < 15; number++) {
            if (random.nextBoolean()) {
                write(number);
            }
            kafka.loseNextAnswer = random.nextInt(4) == 0;
            new Worker(random.nextInt(25)).live();
        }
        new Worker(Integer.MAX_VALUE).live();

        assertAllIsThere();
    }
}
