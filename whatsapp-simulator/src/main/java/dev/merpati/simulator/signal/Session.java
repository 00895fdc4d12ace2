package dev.merpati.simulator.signal;

import dev.merpati.simulator.crypto.AesCbc;
import dev.merpati.simulator.crypto.KeyPair;
import java.security.GeneralSecurityException;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A double ratchet with one device, from the specification "The Double Ratchet Algorithm" with the parameters of
 * libsignal's version 3. Not thread-safe. A message that cannot be decrypted changes nothing.
 */
final class Session {
    private static final int MAX_RECEIVING_CHAINS = 5;

    private final byte[] localIdentity;
    private final byte[] remoteIdentity;
    private final byte[] baseKey;
    private final Deque<ReceivingChain> receiving = new ArrayDeque<>();
    private RootKey root;
    private KeyPair ratchet;
    private ChainKey sending;
    private int previousCounter;
    private @Nullable PendingPreKey pending;

    Session(
            byte[] localIdentity,
            byte[] remoteIdentity,
            byte[] baseKey,
            RootKey root,
            KeyPair ratchet,
            ChainKey sending) {
        this.localIdentity = localIdentity;
        this.remoteIdentity = remoteIdentity;
        this.baseKey = baseKey;
        this.root = root;
        this.ratchet = ratchet;
        this.sending = sending;
    }

    static Session restore(byte[] localIdentity, SessionSnapshot snapshot) {
        Session session = new Session(
                localIdentity,
                snapshot.remoteIdentity(),
                snapshot.baseKey(),
                new RootKey(snapshot.rootKey()),
                KeyPair.ofPrivate(snapshot.ratchetPrivateKey()),
                snapshot.sending());
        session.previousCounter = snapshot.previousCounter();
        session.pending = snapshot.pending();
        snapshot.receiving()
                .forEach(chain -> session.receiving.addLast(
                        new ReceivingChain(chain.ratchetKey(), chain.chain(), chain.skipped())));
        return session;
    }

    SessionSnapshot snapshot() {
        return new SessionSnapshot(
                remoteIdentity,
                baseKey,
                root.key(),
                ratchet.privateKey(),
                sending,
                previousCounter,
                pending,
                receiving.stream()
                        .map(chain -> new SessionSnapshot.Chain(chain.ratchetKey(), chain.chain(), chain.skipped()))
                        .toList());
    }

    boolean startedWith(byte[] otherBaseKey) {
        return Arrays.equals(baseKey, otherBaseKey);
    }

    void pending(PendingPreKey preKey) {
        pending = preKey;
    }

    void addReceiving(byte[] ratchetKey, ChainKey chain) {
        receiving.addFirst(new ReceivingChain(ratchetKey, chain, Map.of()));
        if (receiving.size() > MAX_RECEIVING_CHAINS) {
            receiving.removeLast();
        }
    }

    Encrypted encrypt(int registrationId, byte[] plaintext) {
        MessageKeys keys = MessageKeys.derive(sending.messageSeed());
        byte[] message = WhisperMessage.write(
                ratchet.publicKey(),
                sending.index(),
                previousCounter,
                AesCbc.encrypt(keys.cipherKey(), keys.iv(), plaintext),
                keys.macKey(),
                localIdentity,
                remoteIdentity);
        sending = sending.next();
        return pending == null
                ? new Encrypted(Encrypted.Kind.MSG, message)
                : new Encrypted(
                        Encrypted.Kind.PKMSG, PreKeyMessage.write(pending, registrationId, localIdentity, message));
    }

    byte[] decrypt(WhisperMessage message) throws SignalException {
        ReceivingChain known = chainOf(message.ratchetKey());
        if (known != null) {
            ReceivingChain.Place place = known.find(message.counter());
            byte[] plaintext = open(message, place);
            known.take(place);
            pending = null;
            return plaintext;
        }
        RootKey.Step received = root.ratchet(ratchet, message.ratchetKey());
        ReceivingChain chain = new ReceivingChain(message.ratchetKey(), received.chain(), Map.of());
        ReceivingChain.Place place = chain.find(message.counter());
        byte[] plaintext = open(message, place);
        addReceiving(message.ratchetKey(), received.chain());
        receiving.getFirst().take(place);
        turn(received.root(), message.ratchetKey());
        return plaintext;
    }

    private void turn(RootKey received, byte[] theirRatchetKey) {
        KeyPair next = KeyPair.generate();
        RootKey.Step own = received.ratchet(next, theirRatchetKey);
        root = own.root();
        ratchet = next;
        previousCounter = Math.max(sending.index() - 1, 0);
        sending = own.chain();
        pending = null;
    }

    private byte[] open(WhisperMessage message, ReceivingChain.Place place) throws SignalException {
        MessageKeys keys = MessageKeys.derive(place.seed());
        if (!message.isAuthentic(keys.macKey(), remoteIdentity, localIdentity)) {
            throw new SignalException(SignalException.Reason.NOT_AUTHENTIC, "The MAC is wrong");
        }
        try {
            return AesCbc.decrypt(keys.cipherKey(), keys.iv(), message.ciphertext());
        } catch (GeneralSecurityException e) {
            throw new SignalException(SignalException.Reason.NOT_AUTHENTIC, "The padding is wrong: " + e.getMessage());
        }
    }

    private @Nullable ReceivingChain chainOf(byte[] ratchetKey) {
        for (ReceivingChain chain : receiving) {
            if (Arrays.equals(chain.ratchetKey(), ratchetKey)) {
                return chain;
            }
        }
        return null;
    }
}
