package dev.merpati.worker.cobalt.keys;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.merpati.simulator.signal.Encrypted;
import dev.merpati.simulator.signal.PreKeyBundle;
import dev.merpati.simulator.signal.SignalException;
import dev.merpati.simulator.signal.SignalParty;
import dev.merpati.worker.cobalt.address.Address;
import dev.merpati.worker.whatsapp.InMemoryRecords;
import dev.merpati.worker.whatsapp.SessionRecords;
import it.auties.protobuf.stream.ProtobufInputStream;
import it.auties.whatsapp.controller.Keys;
import it.auties.whatsapp.controller.KeysSpec;
import it.auties.whatsapp.model.node.Node;
import it.auties.whatsapp.model.signal.keypair.SignalPreKeyPair;
import it.auties.whatsapp.model.signal.keypair.SignalSignedKeyPair;
import java.io.ByteArrayInputStream;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What WhatsApp was given can be read, whatever ended in between. The other side's Signal code is the simulator's. */
class PreKeysTest {
    private static final Duration MONTH = Duration.ofDays(27);
    private static final Instant START = Instant.parse("2026-11-01T00:00:00Z");
    private static final Address SENDER = Address.ofNumber("628000000002");

    private final Keys identity = Device.unlinked(UUID.randomUUID(), "Merpati").keys();
    private final FailingRecords records = new FailingRecords();
    private final Server server = new Server();
    private SignalKeyStore store = new SignalKeyStore(identity, records);

    /** The next worker has what is stored, and keys as the credentials had them. */
    private void restart() {
        Keys keys = KeysCopy.of(identity);
        store = new SignalKeyStore(keys, records);
    }

    private PreKeys preKeys() {
        return store.preKeys();
    }

    @Test
    void aMessageOnEachUploadedKeyIsReadByTheNextWorkerAndOnNoneTwice() throws SignalException {
        server.upload(preKeys().offer(70).orElseThrow());
        for (int id : List.copyOf(server.oneTime.keySet())) {
            restart();
            SignalParty other = SignalParty.create();
            Encrypted message = begin(other, server.bundle(id));

            assertThat(read(message)).isEqualTo("Halo");
            assertThat(storedIds()).doesNotContain(id);

            restart();
            store.forget(SENDER);
            assertThat(decryptor().read(List.of(SENDER), message.bytes(), true))
                    .isInstanceOf(MessageDecryptor.Unreadable.class);
        }
        assertThat(records.names()).noneMatch(name -> name.startsWith("pre-keys:"));
    }

    @Test
    void theKeyGoesWithTheSaveThatStoresTheSession() throws SignalException {
        server.upload(preKeys().offer(30).orElseThrow());
        Encrypted message = begin(SignalParty.create(), server.bundle(7));
        assertThat(decryptor().read(List.of(SENDER), message.bytes(), true))
                .isInstanceOf(MessageDecryptor.Plaintext.class);
        assertThat(decryptor().take(SENDER, message.bytes(), true)).isTrue();
        records.failures = 1;
        assertThatThrownBy(store::save).isInstanceOf(SignalKeyStore.UnavailableException.class);
        assertThat(storedIds()).contains(7);

        store.save();

        assertThat(storedIds()).doesNotContain(7).hasSize(29);
        assertThat(records.last).containsExactlyInAnyOrder("signal:" + SENDER.user(), "pre-keys:0");
    }

    /** Private keys are in memory only while they are needed: a worker has thousands of sessions. */
    @Test
    void memoryHoldsNoOneTimeKeys() throws SignalException {
        server.upload(preKeys().offer(812).orElseThrow());
        assertThat(store.<Collection<SignalPreKeyPair>>read(Keys::preKeys)).isEmpty();
        int loads = records.loads;

        assertThat(read(begin(SignalParty.create(), server.bundle(400)))).isEqualTo("Halo");

        assertThat(records.loads - loads)
                .as("the session's record, and one block")
                .isLessThanOrEqualTo(2);
        assertThat(store.<Collection<SignalPreKeyPair>>read(Keys::preKeys)).isEmpty();
    }

    @Test
    void aStrangerWhoNamesKeysThatWereNeverMadeIsNotRead() throws SignalException {
        server.upload(preKeys().offer(30).orElseThrow());
        PreKeyBundle real = server.bundle(1);
        for (int id : List.of(31, 5_000, PreKeyState.LARGEST_ID, 0)) {
            Encrypted message = begin(
                    SignalParty.create(),
                    new PreKeyBundle(
                            real.registrationId(),
                            real.identityKey(),
                            real.signedPreKeyId(),
                            real.signedPreKey(),
                            real.signature(),
                            new PreKeyBundle.Some(
                                    id, SignalPreKeyPair.random(id).publicKey())));

            assertThat(decryptor().read(List.of(SENDER), message.bytes(), true))
                    .isInstanceOf(MessageDecryptor.Unreadable.class);
        }
        store.save();
        assertThat(storedIds()).hasSize(30);
    }

    /** Offers, answers that never come, refusals, bundles for single devices, records that fail, and ends of the worker. */
    @Test
    void whateverEndsInBetweenWhatsAppHasOnlyKeysThatCanBeRead() {
        for (int seed = 0; seed < 60; seed++) {
            Random random = new Random(seed);
            FailingRecords ownRecords = records;
            ownRecords.clear();
            server.clear();
            restart();
            for (int step = 0; step < 25; step++) {
                ownRecords.failures = random.nextInt(4) == 0 ? 1 : 0;
                try {
                    act(random);
                } catch (SignalKeyStore.UnavailableException e) {
                    // Nothing was given away.
                }
                ownRecords.failures = 0;
                if (random.nextInt(4) == 0) {
                    restart();
                }
                server.checkAgainst(storedKeys(), "seed " + seed + ", step " + step);
            }
        }
    }

    private void act(Random random) {
        switch (random.nextInt(4)) {
            case 0, 1 -> {
                PreKeys.Offer offer = preKeys().offer(1 + random.nextInt(40)).orElseThrow();
                switch (random.nextInt(3)) {
                    case 0 -> server.upload(offer);
                    case 1 -> preKeys().withdraw(offer);
                    default -> {
                        // It left, or not; nobody will know.
                        if (random.nextBoolean()) {
                            server.upload(offer);
                        }
                    }
                }
            }
            case 2 -> server.give(preKeys().bundle().orElseThrow());
            default -> server.useUp(random.nextInt(10));
        }
    }

    @Test
    void anOfferThatWasRefusedIsMadeAgain() {
        PreKeys.Offer refused = preKeys().offer(40).orElseThrow();
        preKeys().withdraw(refused);

        PreKeys.Offer again = preKeys().offer(40).orElseThrow();

        assertThat(idsIn(again)).isEqualTo(idsIn(refused)).hasSize(40);
        assertThat(idsIn(preKeys().offer(40).orElseThrow())).doesNotContainAnyElementsOf(idsIn(again));
    }

    /** Keys that could not be stored were given to nobody. */
    @Test
    void anOfferThatCouldNotBeStoredIsMadeAgain() {
        records.failures = 1;
        assertThatThrownBy(() -> preKeys().offer(40)).isInstanceOf(SignalKeyStore.UnavailableException.class);

        assertThat(idsIn(preKeys().offer(40).orElseThrow())).first().isEqualTo(1);
        assertThat(storedIds()).hasSize(40);
    }

    @Test
    void keysOfAReleaseBeforeTheRecordsAreReadAndMoveOnce() throws SignalException {
        Keys old = KeysCopy.of(identity);
        List<SignalPreKeyPair> among = new ArrayList<>();
        for (int id = 5; id < 45; id++) {
            SignalPreKeyPair key = SignalPreKeyPair.random(id);
            old.addPreKey(key);
            among.add(key);
            server.oneTime.put(id, key.publicKey());
            server.seen.add(id);
        }
        store = new SignalKeyStore(old, records);

        assertThat(read(begin(SignalParty.create(), server.bundle(6)))).isEqualTo("Halo");
        assertThat(storedIds()).hasSize(39).doesNotContain(6);
        assertThat(idsIn(preKeys().offer(10).orElseThrow())).first().isEqualTo(45);

        // The credentials were not stored since: what they hold is not taken in again.
        Keys again = KeysCopy.of(identity);
        among.forEach(again::addPreKey);
        store = new SignalKeyStore(again, records);
        assertThat(preKeys().due(START, MONTH)).isEmpty();
        assertThat(storedIds()).doesNotContain(6);
        assertThat(store.<Collection<SignalPreKeyPair>>read(Keys::preKeys)).isEmpty();
    }

    @Test
    void noIdComesAgainWhenTheRecordsAreLost() {
        server.upload(preKeys().offer(30).orElseThrow());
        records.clear();
        Keys keys = KeysCopy.of(identity);
        keys.setRegistered(true);
        store = new SignalKeyStore(keys, records);

        assertThat(preKeys().verify(server.digest(), 60)).isEqualTo(PreKeys.Verdict.UNKNOWN_ONE_TIME_KEYS);
        assertThat(idsIn(preKeys().offer(30).orElseThrow())).doesNotContainAnyElementsOf(server.seen);
    }

    @Test
    void theDigestIsRightUntilWhatsAppHasOtherKeys() {
        server.upload(preKeys().offer(70).orElseThrow());
        assertThat(preKeys().verify(server.digest(), 140)).isEqualTo(PreKeys.Verdict.RIGHT);
        int loads = records.loads;
        assertThat(preKeys().verify(server.digest(), 140)).isEqualTo(PreKeys.Verdict.RIGHT);
        assertThat(records.loads).as("what has not changed is not loaded again").isEqualTo(loads);

        server.useUp(40);
        assertThat(preKeys().verify(server.digest(), 140)).isEqualTo(PreKeys.Verdict.RIGHT);

        int some = server.oneTime.firstKey();
        byte[] right = server.oneTime.put(some, new byte[32]);
        assertThat(preKeys().verify(server.digest(), 140)).isEqualTo(PreKeys.Verdict.OTHER_ONE_TIME_KEYS);
        server.oneTime.put(some, right);
        server.oneTime.put(9_999, new byte[32]);
        assertThat(preKeys().verify(server.digest(), 140)).isEqualTo(PreKeys.Verdict.UNKNOWN_ONE_TIME_KEYS);
        server.oneTime.remove(9_999);
        server.signed = SignalSignedKeyPair.of(77, identity.identityKeyPair());
        assertThat(preKeys().verify(server.digest(), 140)).isEqualTo(PreKeys.Verdict.OTHER_SIGNED_KEY);
        server.registrationId++;
        assertThat(preKeys().verify(server.digest(), 140)).isEqualTo(PreKeys.Verdict.OTHER_IDENTITY);
        assertThat(preKeys().mayRepair(START, Duration.ofDays(1))).isTrue();
        assertThat(preKeys().mayRepair(START.plusSeconds(60), Duration.ofDays(1)))
                .isFalse();
        assertThat(preKeys().mayRepair(START.plus(Duration.ofDays(2)), Duration.ofDays(1)))
                .isTrue();
    }

    /** Keys that were given to somebody who never wrote do not pile up for ever. */
    @Test
    void oldKeysThatWhatsAppHasNotAnyMoreAreForgotten() {
        for (int i = 0; i < 10; i++) {
            server.upload(preKeys().offer(64).orElseThrow());
            server.useUp(64);
        }
        assertThat(storedIds()).hasSize(640);
        server.upload(preKeys().offer(64).orElseThrow());

        assertThat(preKeys().verify(server.digest(), 128)).isEqualTo(PreKeys.Verdict.RIGHT);

        assertThat(storedIds()).hasSizeBetween(128, 160).containsAll(server.oneTime.keySet());
        restart();
        assertThat(preKeys().verify(server.digest(), 128)).isEqualTo(PreKeys.Verdict.RIGHT);
    }

    @Test
    void theSignedKeyIsRenewedInTimeAndMessagesOnTheOneBeforeAreRead() throws SignalException {
        server.upload(preKeys().offer(30).orElseThrow());
        assertThat(preKeys().due(START, MONTH))
                .as("the time counts from the first look")
                .isEmpty();
        assertThat(preKeys().due(START.plus(Duration.ofDays(26)), MONTH)).isEmpty();
        PreKeyBundle before = server.bundle(3);

        SignalSignedKeyPair next = preKeys().due(START.plus(MONTH), MONTH).orElseThrow();
        server.signed = next;
        assertThat(next.id()).isEqualTo(before.signedPreKeyId() + 1);
        PreKeyBundle between = server.bundle(4);
        restart();
        assertThat(read(begin(SignalParty.create(), between)))
                .as("before its end is known")
                .isEqualTo("Halo");
        store.forget(SENDER);
        assertThat(preKeys().due(START.plus(MONTH), MONTH).orElseThrow().publicKey())
                .as("the same one again")
                .isEqualTo(next.publicKey());
        assertThat(preKeys().verify(server.digest(), 60)).isEqualTo(PreKeys.Verdict.CANDIDATE);

        preKeys().promote(START.plus(MONTH));
        restart();

        assertThat(preKeys().verify(server.digest(), 60)).isEqualTo(PreKeys.Verdict.RIGHT);
        assertThat(preKeys().due(START.plus(MONTH).plus(MONTH).minusSeconds(1), MONTH))
                .isEmpty();
        assertThat(read(begin(SignalParty.create(), before))).isEqualTo("Halo");
        store.forget(SENDER);
        assertThat(read(begin(SignalParty.create(), server.bundle(5)))).isEqualTo("Halo");
    }

    @Test
    void aRefusedSignedKeyIsReplacedByAnotherAndAPostponedOneIsNot() {
        assertThat(preKeys().due(START, MONTH)).isEmpty();
        Instant due = START.plus(MONTH);
        SignalSignedKeyPair first = preKeys().due(due, MONTH).orElseThrow();

        preKeys().postpone(due.plusSeconds(100));
        assertThat(preKeys().due(due.plusSeconds(99), MONTH)).isEmpty();
        assertThat(preKeys().due(due.plusSeconds(100), MONTH).orElseThrow().publicKey())
                .isEqualTo(first.publicKey());

        preKeys().reject(due.plusSeconds(200));
        assertThat(preKeys().due(due.plusSeconds(199), MONTH)).isEmpty();
        SignalSignedKeyPair other = preKeys().due(due.plusSeconds(200), MONTH).orElseThrow();
        assertThat(other.publicKey()).isNotEqualTo(first.publicKey());
    }

    @Test
    void nothingIsGivenAwayOnceTheConnectionEnds() {
        store.freeze();

        assertThat(preKeys().offer(30)).isEmpty();
        assertThat(preKeys().bundle()).isEmpty();
        assertThat(preKeys().due(START, Duration.ofSeconds(1))).isEmpty();
    }

    private MessageDecryptor decryptor() {
        return new MessageDecryptor(store);
    }

    private static Encrypted begin(SignalParty other, PreKeyBundle bundle) throws SignalException {
        other.begin("us", bundle);
        return other.encrypt("us", "Halo".getBytes(StandardCharsets.UTF_8));
    }

    private String read(Encrypted message) {
        MessageDecryptor.Result result = decryptor().read(List.of(SENDER), message.bytes(), true);
        assertThat(result).isInstanceOf(MessageDecryptor.Plaintext.class);
        assertThat(decryptor().take(SENDER, message.bytes(), true)).isTrue();
        store.save();
        return new String(((MessageDecryptor.Plaintext) result).bytes(), StandardCharsets.UTF_8);
    }

    private Set<Integer> storedIds() {
        return storedKeys().keySet();
    }

    private Map<Integer, byte[]> storedKeys() {
        Map<Integer, byte[]> stored = new TreeMap<>();
        for (String name : records.names()) {
            if (name.startsWith("pre-keys:")) {
                PreKeyBlock.decode(Objects.requireNonNull(
                                records.records.load(List.of(name)).get(name)))
                        .forEach((id, key) -> stored.put(id, key.publicKey()));
            }
        }
        return stored;
    }

    private static List<Integer> idsIn(PreKeys.Offer offer) {
        return Server.keysIn(offer.content()).stream().map(Server::idOf).toList();
    }

    /** What WhatsApp does with pre-keys: takes each id once, gives each key away once. */
    private final class Server {
        private final TreeMap<Integer, byte[]> oneTime = new TreeMap<>();
        private final Map<Integer, byte[]> given = new TreeMap<>();
        private final Set<Integer> seen = new HashSet<>();
        private SignalSignedKeyPair signed = identity.signedKeyPair();
        private int registrationId = identity.registrationId();

        private void clear() {
            oneTime.clear();
            given.clear();
            seen.clear();
        }

        private static List<Node> keysIn(List<Node> content) {
            return content.stream()
                    .filter(node -> node.hasDescription("list"))
                    .flatMap(list -> list.children().stream())
                    .toList();
        }

        private static int idOf(Node key) {
            return new BigInteger(
                            1, key.findChild("id").flatMap(Node::contentAsBytes).orElseThrow())
                    .intValueExact();
        }

        private static byte[] valueOf(Node key) {
            return key.findChild("value").flatMap(Node::contentAsBytes).orElseThrow();
        }

        private void upload(PreKeys.Offer offer) {
            keysIn(offer.content()).forEach(key -> take(key, oneTime));
        }

        private void give(List<Node> bundle) {
            bundle.stream().filter(node -> node.hasDescription("key")).forEach(key -> take(key, given));
        }

        private void take(Node key, Map<Integer, byte[]> into) {
            assertThat(seen.add(idOf(key))).as("the id %d is new", idOf(key)).isTrue();
            into.put(idOf(key), valueOf(key));
        }

        private void useUp(int count) {
            for (int i = 0; i < count && !oneTime.isEmpty(); i++) {
                Map.Entry<Integer, byte[]> first = oneTime.pollFirstEntry();
                given.put(first.getKey(), first.getValue());
            }
        }

        private void checkAgainst(Map<Integer, byte[]> stored, String when) {
            oneTime.forEach((id, key) -> assertThat(stored.get(id)).as(when).isEqualTo(key));
            given.forEach((id, key) -> assertThat(stored.get(id)).as(when).isEqualTo(key));
        }

        private PreKeyBundle bundle(int id) {
            byte[] key = Optional.ofNullable(oneTime.remove(id)).orElseThrow();
            return new PreKeyBundle(
                    registrationId,
                    identity.identityKeyPair().publicKey(),
                    signed.id(),
                    signed.publicKey(),
                    signed.signature(),
                    new PreKeyBundle.Some(id, key));
        }

        private PreKeys.Digest digest() {
            try {
                MessageDigest sha1 = MessageDigest.getInstance("SHA-1");
                sha1.update(identity.identityKeyPair().publicKey());
                sha1.update(signed.publicKey());
                sha1.update(signed.signature());
                oneTime.values().forEach(sha1::update);
                return new PreKeys.Digest(
                        registrationId,
                        identity.identityKeyPair().publicKey(),
                        signed.id(),
                        signed.publicKey(),
                        signed.signature(),
                        List.copyOf(oneTime.keySet()),
                        sha1.digest());
            } catch (NoSuchAlgorithmException e) {
                throw new IllegalStateException(e);
            }
        }
    }

    /** The keys as the credentials hold them. */
    private static final class KeysCopy {
        private static Keys of(Keys keys) {
            return KeysSpec.decode(ProtobufInputStream.fromStream(new ByteArrayInputStream(KeysSpec.encode(keys))));
        }
    }

    private static final class FailingRecords implements SessionRecords {
        private InMemoryRecords records = new InMemoryRecords();
        private final Set<String> names = new HashSet<>();
        private Set<String> last = Set.of();
        private int loads;
        /** How many saves fail from now on. */
        private int failures;

        @Override
        public Map<String, byte[]> load(Collection<String> wanted) {
            loads++;
            return records.load(wanted);
        }

        @Override
        public void save(Map<String, byte @Nullable []> changes) {
            if (failures-- > 0) {
                throw new IllegalStateException("away");
            }
            records.save(changes);
            last = Set.copyOf(changes.keySet());
            changes.forEach((name, value) -> {
                if (value == null) {
                    names.remove(name);
                } else {
                    names.add(name);
                }
            });
        }

        private Set<String> names() {
            return names;
        }

        private void clear() {
            records = new InMemoryRecords();
            names.clear();
        }
    }
}
