package dev.merpati.worker.cobalt.keys;

import dev.merpati.worker.cobalt.address.Address;
import dev.merpati.worker.whatsapp.SessionRecords;
import it.auties.whatsapp.controller.Keys;
import it.auties.whatsapp.controller.SignalSessions;
import it.auties.whatsapp.crypto.CipheredMessageResult;
import it.auties.whatsapp.crypto.SessionBuilder;
import it.auties.whatsapp.crypto.SessionCipher;
import it.auties.whatsapp.model.jid.Jid;
import it.auties.whatsapp.model.node.Node;
import it.auties.whatsapp.model.signal.keypair.SignalSignedKeyPair;
import it.auties.whatsapp.model.signal.session.Session;
import it.auties.whatsapp.model.signal.session.SessionAddress;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.IntPredicate;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one door to a device's keys and Signal sessions. Cobalt guards them in some places and not in others: two steps of a
 * Signal session at the same time make messages that nobody can decrypt, and keys that are encoded during a step may not
 * decode. Thread-safe.
 *
 * <p>Sessions are in records and come into memory when they are used. A step changes memory only: whoever took one calls
 * {@link #save} before anybody else learns of it, which is before a message leaves, and before the acknowledgement of one
 * that was read. Then no crash takes a ratchet back. Steps are quick; loading and saving block, one at a time.
 */
public final class SignalKeyStore {
    private static final Logger log = LoggerFactory.getLogger(SignalKeyStore.class);

    /** Some 2 to 5 KB each. Enough for a burst to the same recipients; others are one look-up away. */
    private static final int USERS_IN_MEMORY = 32;

    private final Keys keys;
    private final KeyRecords records;
    private final SessionCache sessions;
    private final PreKeyCache preKeyCache;
    private final PreKeys preKeys;
    private boolean frozen;

    /** @param keys with the sessions that are in no record yet */
    public SignalKeyStore(Keys keys, SessionRecords records) {
        this.keys = keys;
        sessions = new SessionCache(keys, USERS_IN_MEMORY);
        preKeyCache = new PreKeyCache(keys);
        preKeys = new PreKeys(keys, this, preKeyCache);
        this.records = new KeyRecords(records, sessions, preKeyCache, this);
    }

    /** The pre-keys with which others begin sessions with this device. */
    public PreKeys preKeys() {
        return preKeys;
    }

    /** No step is taken from now on. */
    public synchronized void freeze() {
        frozen = true;
    }

    /**
     * Has the sessions with the users of all of these devices in memory, with one look-up at most.
     *
     * @throws UnavailableException when the records cannot be read now
     */
    public void touch(Collection<Jid> devices) {
        loadUsers(devices.stream().map(device -> address(device).name()).toList());
    }

    private void loadUsers(Collection<String> users) {
        records.load(
                () -> missing(users).stream().map(UserSessions::recordName).toList(),
                (_, stored) -> missing(users)
                        .forEach(user -> sessions.put(user, decode(stored.get(UserSessions.recordName(user))))));
    }

    private synchronized List<String> missing(Collection<String> users) {
        return users.stream().distinct().filter(user -> !sessions.holds(user)).toList();
    }

    private static SortedMap<Integer, Session> decode(byte @Nullable [] record) {
        if (record != null) {
            try {
                return UserSessions.decode(record);
            } catch (RuntimeException e) {
                log.warn(
                        "Signal sessions are damaged and begin anew: {}",
                        e.getClass().getName());
            }
        }
        return Collections.emptySortedMap();
    }

    /**
     * Stores what has changed since the last time; returns when it is stored.
     *
     * @throws UnavailableException when it could not be stored: nothing that depends on it may leave
     */
    public void save() {
        save(Map.of());
    }

    /** As {@link #save()}, together with other records. */
    public void save(Map<String, byte @Nullable []> others) {
        records.save(others);
    }

    /**
     * Stores what has changed in a way of the caller's, together with something that is made of the keys.
     *
     * @param encoder sees the keys without any sessions, while nobody changes them
     * @param storage takes what the encoder made, and the changed records; throws when they could not be stored
     */
    <T> void save(Function<Keys, T> encoder, BiConsumer<T, Map<String, byte @Nullable []>> storage) {
        records.save(() -> SignalSessions.without(keys, () -> encoder.apply(keys)), storage);
    }

    /** Lets the one-time keys go that are in memory and stored. */
    synchronized void releasePreKeys() {
        preKeyCache.release();
    }

    /** Does something with the pre-keys while their state and these blocks of them are in memory. */
    <T> T withPreKeys(Function<PreKeyState, Collection<Integer>> blocks, Supplier<T> action) {
        Supplier<List<String>> missing =
                () -> preKeyCache.missing(preKeyCache.holdsState() ? blocks.apply(preKeyCache.state()) : List.of());
        while (true) {
            records.load(missing, preKeyCache::put);
            synchronized (this) {
                if (missing.get().isEmpty()) {
                    return action.get();
                }
            }
        }
    }

    synchronized boolean isFrozen() {
        return frozen;
    }

    /** Returns those of the devices with which there is no session. */
    Set<Jid> withoutSession(Collection<Jid> devices) {
        touch(devices);
        synchronized (this) {
            return devices.stream()
                    .filter(device -> !keys.hasSession(address(device)))
                    .collect(Collectors.toSet());
        }
    }

    /**
     * Takes a step in the session with a device; {@link #save} it before the message leaves.
     *
     * @throws FrozenException when the connection is ending
     * @throws UnusableSessionException when there is no Signal session with the device, or a damaged one, which is
     *     dropped: the next message begins a new one
     */
    public Ciphertext encrypt(Jid device, byte[] plaintext) throws FrozenException, UnusableSessionException {
        return encrypt(address(device), plaintext);
    }

    private Ciphertext encrypt(SessionAddress device, byte[] plaintext)
            throws FrozenException, UnusableSessionException {
        while (true) {
            loadUsers(List.of(device.name()));
            synchronized (this) {
                if (frozen) {
                    throw new FrozenException();
                }
                if (sessions.holds(device.name())) {
                    return encryptHeld(device, plaintext);
                }
            }
        }
    }

    private Ciphertext encryptHeld(SessionAddress device, byte[] plaintext) throws UnusableSessionException {
        try {
            CipheredMessageResult result = new SessionCipher(device, keys).encrypt(plaintext);
            sessions.changed(device);
            return new Ciphertext(result.type(), result.message());
        } catch (RuntimeException e) {
            sessions.drop(device);
            // Without the cause: Cobalt's messages hold phone numbers.
            throw new UnusableSessionException(e.getClass().getName());
        }
    }

    /**
     * Makes a session out of a device's key bundle; {@link #save} stores it.
     *
     * @param registrationId what the device registered with
     * @param bundle has {@code identity}, {@code skey}, and {@code key} if there is one, as a {@code user} of a key query's
     *     answer and the {@code keys} of a retry receipt do
     * @return false when the connection is ending
     * @throws IllegalArgumentException when the bundle is incomplete or its signature wrong
     */
    public boolean establish(Address device, int registrationId, Node bundle) {
        SessionAddress address = device.toSignalAddress();
        byte[] identity = KeyBundles.identityIn(bundle);
        SignalSignedKeyPair signed = bundle.findChild("skey")
                .flatMap(SignalSignedKeyPair::of)
                .orElseThrow(() -> new IllegalArgumentException("the bundle has no signed pre-key"));
        @Nullable
        SignalSignedKeyPair oneTime =
                bundle.findChild("key").flatMap(SignalSignedKeyPair::of).orElse(null);
        return step(
                address,
                () -> new SessionBuilder(address, keys).createOutgoing(registrationId, identity, signed, oneTime));
    }

    /** Takes a step in the session with a device; returns whether it was taken, false when the connection is ending. */
    boolean change(Address device, Consumer<Keys> step) {
        return step(device.toSignalAddress(), () -> step.accept(keys));
    }

    /**
     * Takes the step by which a session with a device begins that it has begun with pre-keys of ours. The one-time key is
     * gone afterwards, with the same save that stores the session.
     *
     * @return whether it was taken, false when the connection is ending
     */
    boolean begin(Address device, PreKeyCache.Needed needed, Consumer<Keys> step) {
        SessionAddress address = device.toSignalAddress();
        while (true) {
            loadUsers(List.of(address.name()));
            boolean held = withPreKeys(_ -> needed.blocks(), () -> {
                if (!frozen && sessions.holds(address.name())) {
                    boolean _ = preKeyCache.lend(needed, () -> {
                        step.accept(keys);
                        return true;
                    });
                    sessions.changed(address);
                    if (needed.oneTimeId() != null) {
                        preKeyCache.used(needed.oneTimeId());
                    }
                    return true;
                }
                return frozen;
            });
            if (held) {
                return !isFrozen();
            }
        }
    }

    private boolean step(SessionAddress device, Runnable step) {
        while (true) {
            loadUsers(List.of(device.name()));
            synchronized (this) {
                if (frozen) {
                    return false;
                }
                if (sessions.holds(device.name())) {
                    step.run();
                    sessions.changed(device);
                    return true;
                }
            }
        }
    }

    /** Drops the sessions with all devices of a user, whose keys are others by now; stored when it returns. */
    public void forget(Address user) {
        drop(user, _ -> true);
        save();
    }

    /** Drops the sessions with devices that are linked no more; stored when it returns. */
    public void forgetDevices(Collection<Address> devices) {
        devices.forEach(device -> drop(device, number -> number == device.device()));
        save();
    }

    /** Drops the sessions with all devices of a user but those that are linked; stored when it returns. */
    public void keepDevices(Address user, Set<Integer> linked) {
        drop(user, number -> !linked.contains(number));
        save();
    }

    private void drop(Address user, IntPredicate devices) {
        String name = user.toSignalAddress().name();
        loadUsers(List.of(name));
        synchronized (this) {
            if (sessions.holds(name)) {
                sessions.sessions(name).keySet().stream()
                        .filter(devices::test)
                        .forEach(number -> sessions.drop(new SessionAddress(name, number)));
            }
        }
    }

    /**
     * Moves the sessions with a user to another address of the same user, such as from the number to the hidden id when
     * that becomes known; with a device that has one there already it stays as it is. Stored when it returns.
     */
    public void migrate(Address from, Address to) {
        String before = from.toSignalAddress().name();
        String after = to.toSignalAddress().name();
        loadUsers(List.of(before, after));
        synchronized (this) {
            if (frozen || !sessions.holds(before) || !sessions.holds(after)) {
                return;
            }
            SortedMap<Integer, Session> moved = sessions.sessions(before);
            sessions.dropAll(before);
            moved.forEach((device, session) -> {
                SessionAddress address = new SessionAddress(after, device);
                if (!keys.hasSession(address)) {
                    keys.addSession(address, session);
                    sessions.changed(address);
                }
            });
        }
        save();
    }

    /** Runs a step of Cobalt's that may change the keys, but no session; returns whether it ran, false when frozen. */
    public synchronized boolean change(Runnable step) {
        if (!frozen) {
            step.run();
        }
        return !frozen;
    }

    /** Reads the keys, with the sessions of these users in memory, while nobody changes them; leaves all as it was. */
    <T> T look(Collection<Address> users, Function<Keys, T> reader) {
        List<String> names = users.stream()
                .map(user -> user.toSignalAddress().name())
                .distinct()
                .toList();
        while (true) {
            loadUsers(names);
            synchronized (this) {
                if (missing(names).isEmpty()) {
                    return reader.apply(keys);
                }
            }
        }
    }

    /** As {@link #look(Collection, Function)}, with the pre-keys that a message needs which begins a session. */
    <T> T look(Collection<Address> users, PreKeyCache.Needed needed, Function<Keys, T> reader) {
        List<String> names = users.stream()
                .map(user -> user.toSignalAddress().name())
                .distinct()
                .toList();
        while (true) {
            loadUsers(names);
            Optional<T> read = withPreKeys(
                    _ -> needed.blocks(),
                    () -> missing(names).isEmpty()
                            ? Optional.of(preKeyCache.lend(needed, () -> reader.apply(keys)))
                            : Optional.empty());
            if (read.isPresent()) {
                return read.get();
            }
        }
    }

    /** Reads the keys while nobody changes them. */
    public synchronized <T> T read(Function<Keys, T> reader) {
        return reader.apply(keys);
    }

    private static SessionAddress address(Jid device) {
        return Address.of(device)
                .orElseThrow(() -> new IllegalArgumentException("not the address of a device"))
                .toSignalAddress();
    }

    /** A message cannot be encrypted for one device. */
    public static final class UnusableSessionException extends Exception {
        private static final long serialVersionUID = 1L;

        UnusableSessionException(String message) {
            super(message);
        }
    }

    /** The connection is ending and its keys are not to change any more. */
    public static final class FrozenException extends Exception {
        private static final long serialVersionUID = 1L;
    }

    /** The records cannot be read or written now. */
    public static final class UnavailableException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        UnavailableException(String message, Throwable cause) {
            super(message, cause);
        }
    }
}
