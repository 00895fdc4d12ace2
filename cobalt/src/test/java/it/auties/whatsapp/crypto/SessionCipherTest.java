package it.auties.whatsapp.crypto;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import it.auties.whatsapp.api.ClientType;
import it.auties.whatsapp.controller.ControllerSerializer;
import it.auties.whatsapp.controller.Keys;
import it.auties.whatsapp.model.signal.keypair.SignalKeyPair;
import it.auties.whatsapp.model.signal.keypair.SignalPreKeyPair;
import it.auties.whatsapp.model.signal.keypair.SignalSignedKeyPair;
import it.auties.whatsapp.model.signal.message.SignalMessage;
import it.auties.whatsapp.model.signal.message.SignalPreKeyMessage;
import it.auties.whatsapp.model.signal.session.Session;
import it.auties.whatsapp.model.signal.session.SessionAddress;
import it.auties.whatsapp.model.signal.session.SessionSpec;
import it.auties.whatsapp.model.signal.session.SessionTrim;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.UUID;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;

@NullMarked
class SessionCipherTest {
    private final Party alice = new Party("alice");
    private final Party bob = new Party("bob");

    /** Which of a session's two states comes first depends on the hash code of a random key. */
    @RepeatedTest(10)
    void twoSidesThatBeginAtOnceCanReadEachOther() {
        alice.begin(bob);
        bob.begin(alice);
        var fromAlice = alice.encrypt(bob, "a");
        assertThat(alice.decrypt(bob, bob.encrypt(alice, "b"))).isEqualTo("b");
        assertThat(bob.decrypt(alice, fromAlice)).isEqualTo("a");

        for (int i = 0; i < 10; i++) {
            var crossing = alice.encrypt(bob, "from alice " + i);
            assertThat(alice.decrypt(bob, bob.encrypt(alice, "from bob " + i))).isEqualTo("from bob " + i);
            assertThat(bob.decrypt(alice, crossing)).isEqualTo("from alice " + i);
        }
    }

    @Test
    void aMessageThatIsNotAuthenticChangesNothing() {
        alice.begin(bob);
        assertThat(bob.decrypt(alice, alice.encrypt(bob, "1"))).isEqualTo("1");
        var answer = bob.encrypt(alice, "2");

        assertThatThrownBy(() -> alice.decrypt(bob, forged(answer))).isInstanceOf(RuntimeException.class);

        assertThat(alice.decrypt(bob, answer)).isEqualTo("2");
        assertThat(bob.decrypt(alice, alice.encrypt(bob, "3"))).isEqualTo("3");
    }

    @Test
    void aMessageThatIsNotAuthenticBeginsNoSession() {
        alice.begin(bob);
        bob.decrypt(alice, alice.encrypt(bob, "1"));
        alice.begin(bob);
        var second = alice.encrypt(bob, "2");

        assertThatThrownBy(() -> bob.decrypt(alice, forged(second))).isInstanceOf(RuntimeException.class);

        assertThat(bob.states(alice)).isOne();
        assertThat(alice.decrypt(bob, bob.encrypt(alice, "3"))).isEqualTo("3");
        assertThat(bob.decrypt(alice, second)).isEqualTo("2");
        assertThat(alice.decrypt(bob, bob.encrypt(alice, "4"))).isEqualTo("4");
    }

    /** The other side has stepped on meanwhile, twice, and each step was stored. */
    @Test
    void messagesThatComeLateAreReadOverStepsOfTheRatchet() {
        talk();
        var late = new ArrayList<CipheredMessageResult>();
        for (int i = 0; i < 5; i++) {
            late.add(bob.encrypt(alice, "late " + i));
        }
        for (int i = 0; i < 2; i++) {
            assertThat(bob.decrypt(alice, alice.encrypt(bob, "go on"))).isEqualTo("go on");
            assertThat(alice.decrypt(bob, bob.encrypt(alice, "gone on"))).isEqualTo("gone on");
            store();
        }

        for (int i = 0; i < 5; i++) {
            assertThat(alice.decrypt(bob, late.get(i))).isEqualTo("late " + i);
        }

        store();
        assertThat(alice.chains(bob)).isEqualTo(2);
    }

    /** As many as a gateway sends to one who rarely answers. */
    @Test
    void answersAreReadAfterThousandsOfMessagesToOneWhoDoesNotAnswer() {
        alice.begin(bob);
        for (int i = 0; i < 2_100; i++) {
            assertThat(bob.decrypt(alice, alice.encrypt(bob, "news"))).isEqualTo("news");
        }

        for (int i = 0; i < 3; i++) {
            assertThat(alice.decrypt(bob, bob.encrypt(alice, "answer " + i))).isEqualTo("answer " + i);
            assertThat(bob.decrypt(alice, alice.encrypt(bob, "thanks"))).isEqualTo("thanks");
            store();
        }
    }

    @Test
    void aMessageThatClaimsTooManyBeforeItIsNotRead() {
        talk();
        assertThat(bob.decrypt(alice, alice.encrypt(bob, "go on"))).isEqualTo("go on");
        var state = bob.session(alice).currentState().orElseThrow();
        var previousCounter = state.previousCounter();
        state.previousCounter(10_000);
        var claiming = bob.encrypt(alice, "10,000 are missing");
        state.previousCounter(previousCounter);

        assertThatThrownBy(() -> alice.decrypt(bob, claiming)).isInstanceOf(RuntimeException.class);

        assertThat(alice.decrypt(bob, bob.encrypt(alice, "none is"))).isEqualTo("none is");
    }

    /** Of each step a message is missing. The last of them comes after all. */
    @Test
    void whatIsKeptForMessagesThatNeverComeIsBounded() {
        talk();
        for (int i = 0; i < 20; i++) {
            var missing = bob.encrypt(alice, "missing " + i);
            assertThat(bob.decrypt(alice, alice.encrypt(bob, "go on"))).isEqualTo("go on");
            assertThat(alice.decrypt(bob, bob.encrypt(alice, "gone on"))).isEqualTo("gone on");
            store();

            // Our own, the other side's, and 4 that it has left.
            assertThat(alice.chains(bob)).isLessThanOrEqualTo(6);
            if (i == 19) {
                assertThat(alice.decrypt(bob, missing)).isEqualTo("missing 19");
            }
        }
    }

    /** Begins a session in both directions. */
    private void talk() {
        alice.begin(bob);
        assertThat(bob.decrypt(alice, alice.encrypt(bob, "hello"))).isEqualTo("hello");
        assertThat(alice.decrypt(bob, bob.encrypt(alice, "hello, too"))).isEqualTo("hello, too");
    }

    /** Trims both sides and reads them from what is stored. */
    private void store() {
        alice.store(bob);
        bob.store(alice);
    }

    @Test
    void aSessionGoesOnWithFewOfItsEarlierStates() {
        for (int i = 0; i < 10; i++) {
            alice.begin(bob);
            assertThat(bob.decrypt(alice, alice.encrypt(bob, "1"))).isEqualTo("1");
        }

        store();

        assertThat(alice.states(bob)).isEqualTo(4);
        assertThat(bob.states(alice)).isEqualTo(4);
        assertThat(alice.decrypt(bob, bob.encrypt(alice, "2"))).isEqualTo("2");
        assertThat(bob.decrypt(alice, alice.encrypt(bob, "3"))).isEqualTo("3");
    }

    /** From one who sees messages and knows no keys. */
    private static CipheredMessageResult forged(CipheredMessageResult message) {
        if (!message.type().equals("pkmsg")) {
            return new CipheredMessageResult(forged(message.message()), message.type());
        }
        var outer = SignalPreKeyMessage.ofSerialized(message.message());
        var forged = new SignalPreKeyMessage(
                outer.version(),
                outer.preKeyId(),
                outer.baseKey(),
                outer.identityKey(),
                forged(outer.serializedSignalMessage()),
                outer.registrationId(),
                outer.signedPreKeyId());
        return new CipheredMessageResult(forged.serialized(), message.type());
    }

    private static byte[] forged(byte[] message) {
        var original = SignalMessage.ofSerialized(message);
        return SignalMessage.ofSigned(
                        original.version(),
                        SignalKeyPair.random().signalPublicKey(),
                        original.counter(),
                        original.previousCounter(),
                        original.ciphertext(),
                        SignalKeyPair.random().publicKey(),
                        SignalKeyPair.random().signalPublicKey(),
                        new byte[32])
                .serialized();
    }

    /** A device, with a one-time key for each session that another begins with it. */
    private static final class Party {
        private final SessionAddress address;
        private final Keys keys = Keys.of(UUID.randomUUID(), null, null, ClientType.WEB);
        private int preKeys;

        Party(String name) {
            address = new SessionAddress(name, 0);
            keys.setSerializer(ControllerSerializer.discarding());
        }

        void begin(Party other) {
            var preKey = SignalPreKeyPair.random(++other.preKeys);
            other.keys.addPreKey(preKey);
            new SessionBuilder(other.address, keys)
                    .createOutgoing(
                            other.keys.registrationId(),
                            other.keys.identityKeyPair().signalPublicKey(),
                            other.keys.signedKeyPair(),
                            new SignalSignedKeyPair(preKey.id(), preKey.publicKey(), preKey.privateKey(), new byte[0]));
        }

        CipheredMessageResult encrypt(Party to, String text) {
            return new SessionCipher(to.address, keys).encrypt(text.getBytes(StandardCharsets.UTF_8));
        }

        /** As the worker, which drops the key of a message that was read. */
        String decrypt(Party from, CipheredMessageResult ciphered) {
            var cipher = new SessionCipher(from.address, keys);
            var begins = ciphered.type().equals("pkmsg");
            var plaintext = begins
                    ? cipher.decrypt(SignalPreKeyMessage.ofSerialized(ciphered.message()))
                    : cipher.decrypt(SignalMessage.ofSerialized(ciphered.message()));
            var message = begins
                    ? SignalPreKeyMessage.ofSerialized(ciphered.message()).signalMessage()
                    : SignalMessage.ofSerialized(ciphered.message());
            session(from).states().stream()
                    .flatMap(state -> state.findChain(message.ephemeralPublicKey()).stream())
                    .forEach(chain -> chain.removeMessageKey(message.counter()));
            return new String(plaintext, StandardCharsets.UTF_8);
        }

        Session session(Party with) {
            return keys.findSessionByAddress(with.address).orElseThrow();
        }

        int states(Party with) {
            return session(with).states().size();
        }

        int chains(Party with) {
            return session(with).currentState().orElseThrow().chains().size();
        }

        void store(Party with) {
            SessionTrim.trim(session(with));
            keys.addSession(with.address, SessionSpec.decode(SessionSpec.encode(session(with))));
        }
    }
}
