package dev.merpati.simulator.signal;

import dev.merpati.simulator.crypto.KeyPair;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * One device: its keys and its sessions with other devices, which it knows by an address of the caller's choice. Not
 * thread-safe. Decryption either succeeds or changes nothing.
 */
public final class SignalParty {
    /**
     * Sessions with one device, the latest included; as many as libsignal keeps. Messages that are on their way when a
     * session is replaced, or when both sides begin one at once, need the older ones.
     */
    private static final int MAX_SESSIONS = 41;

    private final LocalKeys keys;
    private final Map<String, Deque<Session>> sessions = new HashMap<>();

    private SignalParty(LocalKeys keys) {
        this.keys = keys;
    }

    /** A new device with fresh keys. */
    public static SignalParty create() {
        return new SignalParty(LocalKeys.generate());
    }

    public static SignalParty restore(PartySnapshot snapshot) {
        SignalParty party = new SignalParty(LocalKeys.restore(snapshot));
        byte[] identity = party.identityKey();
        snapshot.sessions()
                .forEach((address, stored) -> party.sessions.put(
                        address,
                        stored.stream()
                                .map(session -> Session.restore(identity, session))
                                .collect(Collectors.toCollection(ArrayDeque::new))));
        return party;
    }

    public PartySnapshot snapshot() {
        Map<String, List<SessionSnapshot>> stored = new HashMap<>();
        sessions.forEach((address, list) ->
                stored.put(address, list.stream().map(Session::snapshot).toList()));
        return keys.snapshot(stored);
    }

    /** The public identity key, 32 bytes. */
    public byte[] identityKey() {
        return keys.identity().publicKey();
    }

    /** The number that goes with every bundle and every pre-key message. */
    public int registrationId() {
        return keys.registrationId();
    }

    /** Signs with the identity key. */
    public byte[] sign(byte[] message) {
        return keys.identity().sign(message);
    }

    /** Diffie-Hellman of the identity key with another public key. */
    public byte[] agree(byte[] otherPublicKey) {
        return keys.identity().agree(otherPublicKey);
    }

    /** What another device needs to write to this one; each call gives out another one-time pre-key. */
    public PreKeyBundle bundle() {
        return keys.bundle();
    }

    public boolean hasSession(String address) {
        return sessions.containsKey(address);
    }

    /**
     * Begins a session as X3DH's initiator. Messages go out under it from now on; what comes under older sessions can
     * still be decrypted.
     *
     * @throws SignalException if the bundle is not signed by its identity key
     */
    public void begin(String address, PreKeyBundle bundle) throws SignalException {
        if (!bundle.isSigned()) {
            throw new SignalException(SignalException.Reason.BAD_SIGNATURE, "The signed pre-key is not signed");
        }
        KeyPair base = KeyPair.generate();
        byte[] first = keys.identity().agree(bundle.signedPreKey());
        byte[] second = base.agree(bundle.identityKey());
        byte[] third = base.agree(bundle.signedPreKey());
        RootKey.Step agreed = switch (bundle.oneTimeKey()) {
            case PreKeyBundle.Some some -> RootKey.agree(first, second, third, base.agree(some.key()));
            case PreKeyBundle.None _ -> RootKey.agree(first, second, third);
        };
        KeyPair ratchet = KeyPair.generate();
        RootKey.Step own = agreed.root().ratchet(ratchet, bundle.signedPreKey());
        Session session =
                new Session(identityKey(), bundle.identityKey(), base.publicKey(), own.root(), ratchet, own.chain());
        session.addReceiving(bundle.signedPreKey(), agreed.chain());
        Integer preKeyId = bundle.oneTimeKey() instanceof PreKeyBundle.Some some ? some.id() : null;
        session.pending(new PendingPreKey(preKeyId, bundle.signedPreKeyId(), base.publicKey()));
        add(address, session);
    }

    /**
     * Encrypts under the latest session.
     *
     * @throws SignalException if there is none
     */
    public Encrypted encrypt(String address, byte[] plaintext) throws SignalException {
        Deque<Session> known = sessions.get(address);
        if (known == null) {
            throw noSession(address);
        }
        return known.getFirst().encrypt(keys.registrationId(), plaintext);
    }

    /**
     * Decrypts a message of a device whose identity key is known.
     *
     * @throws SignalException if a pre-key message is under another identity, or the message cannot be decrypted
     */
    public byte[] decrypt(String address, byte[] identityKey, Encrypted message) throws SignalException {
        if (message.kind() == Encrypted.Kind.PKMSG
                && !Arrays.equals(PreKeyMessage.parse(message.bytes()).identityKey(), identityKey)) {
            throw new SignalException(
                    SignalException.Reason.UNTRUSTED_IDENTITY, "The identity key is not that of the device");
        }
        return decrypt(address, message);
    }

    /** Decrypts a message of a device whose identity is taken on trust. */
    public byte[] decrypt(String address, Encrypted message) throws SignalException {
        return switch (message.kind()) {
            case PKMSG -> decrypt(address, PreKeyMessage.parse(message.bytes()));
            case MSG -> decrypt(address, WhisperMessage.parse(message.bytes()));
        };
    }

    private byte[] decrypt(String address, PreKeyMessage message) throws SignalException {
        Deque<Session> known = sessions.getOrDefault(address, new ArrayDeque<>());
        for (Session session : List.copyOf(known)) {
            if (session.startedWith(message.baseKey())) {
                byte[] plaintext = session.decrypt(message.message());
                moveToFront(known, session);
                return plaintext;
            }
        }
        Session session = accept(message);
        byte[] plaintext = session.decrypt(message.message());
        add(address, session);
        message.preKeyId().ifPresent(keys::used);
        return plaintext;
    }

    private byte[] decrypt(String address, WhisperMessage message) throws SignalException {
        Deque<Session> known = sessions.get(address);
        if (known == null) {
            throw noSession(address);
        }
        SignalException failure = noSession(address);
        for (Session session : List.copyOf(known)) {
            try {
                byte[] plaintext = session.decrypt(message);
                moveToFront(known, session);
                return plaintext;
            } catch (SignalException e) {
                if (e.reason() == SignalException.Reason.DUPLICATE) {
                    throw e;
                }
                failure = e;
            }
        }
        throw failure;
    }

    private Session accept(PreKeyMessage message) throws SignalException {
        KeyPair signed = require(keys.signedPreKey(message.signedPreKeyId()), "signed", message.signedPreKeyId());
        byte[] first = signed.agree(message.identityKey());
        byte[] second = keys.identity().agree(message.baseKey());
        byte[] third = signed.agree(message.baseKey());
        RootKey.Step agreed;
        if (message.preKeyId().isPresent()) {
            int id = message.preKeyId().getAsInt();
            KeyPair oneTime = require(keys.oneTimePreKey(id), "one-time", id);
            agreed = RootKey.agree(first, second, third, oneTime.agree(message.baseKey()));
        } else {
            agreed = RootKey.agree(first, second, third);
        }
        return new Session(
                identityKey(), message.identityKey(), message.baseKey(), agreed.root(), signed, agreed.chain());
    }

    /** The session that the other side used last is the one to answer under. */
    private static void moveToFront(Deque<Session> known, Session session) {
        known.remove(session);
        known.addFirst(session);
    }

    private void add(String address, Session session) {
        Deque<Session> known = sessions.computeIfAbsent(address, _ -> new ArrayDeque<>());
        known.addFirst(session);
        if (known.size() > MAX_SESSIONS) {
            known.removeLast();
        }
    }

    private static KeyPair require(@Nullable KeyPair key, String kind, int id) throws SignalException {
        if (key == null) {
            throw new SignalException(SignalException.Reason.UNKNOWN_PRE_KEY, "No " + kind + " pre-key " + id);
        }
        return key;
    }

    private static SignalException noSession(String address) {
        return new SignalException(SignalException.Reason.NO_SESSION, "No session with " + address);
    }
}
