package dev.merpati.simulator.phone;

import dev.merpati.simulator.node.Jid;
import dev.merpati.simulator.signal.SignalParty;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.Executor;
import java.util.function.Function;

/**
 * A phone with a number: device 0 of its account, and the account's list of linked companion devices. Its Signal keys
 * are touched by one task at a time, see {@link #withKeys}; all else is thread-safe.
 */
public final class Phone {
    private final String number;
    private final Lane lane;
    private final SignalParty party;
    private final Inbox inbox;
    private final Map<Integer, Companion> companions = new ConcurrentSkipListMap<>();
    private final PhoneStorage storage;
    private volatile String pushName;
    private int lastDevice;

    Phone(
            String number,
            String pushName,
            SignalParty party,
            int inboxCapacity,
            Executor threads,
            PhoneStorage storage) {
        this.number = number;
        this.pushName = pushName;
        this.party = party;
        this.inbox = new Inbox(inboxCapacity);
        this.lane = new Lane(threads);
        this.storage = storage;
    }

    public String number() {
        return number;
    }

    public Jid jid() {
        return Jid.phone(number);
    }

    public String pushName() {
        return pushName;
    }

    public void rename(String newPushName) {
        pushName = newPushName;
        storage.changed(this);
    }

    /** Something that belongs to the phone but is kept elsewhere has changed and should be stored. */
    public void touch() {
        storage.changed(this);
    }

    public Inbox inbox() {
        return inbox;
    }

    /** The public identity key; it never changes. */
    public byte[] identityKey() {
        return party.identityKey();
    }

    /**
     * Runs a task that uses the phone's Signal keys, after all that were given before and off the caller's thread; the
     * keys are stored some time later.
     */
    public <T> CompletableFuture<T> withKeys(Function<SignalParty, T> task) {
        return CompletableFuture.supplyAsync(
                () -> {
                    T result = task.apply(party);
                    storage.changed(this);
                    return result;
                },
                lane);
    }

    /** The linked devices by number, oldest first. */
    public Collection<Companion> companions() {
        return List.copyOf(companions.values());
    }

    public Optional<Companion> companion(int device) {
        return Optional.ofNullable(companions.get(device));
    }

    /** A device number that no companion of this phone had before. */
    public synchronized int nextDevice() {
        return ++lastDevice;
    }

    /** Puts a device on the list; completes when a crash would not take it off again. */
    public CompletableFuture<Void> link(Companion companion) {
        companions.put(companion.jid().device(), companion);
        return storage.save(this);
    }

    /** Takes a device off the list; completes when a crash would not put it back. */
    public CompletableFuture<Void> unlink(Companion companion) {
        companions.remove(companion.jid().device(), companion);
        return storage.save(this);
    }

    /** What is to be stored, as it is after all tasks that were given to {@link #withKeys} before. */
    public CompletableFuture<PhoneSnapshot> snapshot() {
        return CompletableFuture.supplyAsync(
                () -> new PhoneSnapshot(
                        number,
                        pushName,
                        lastDevice(),
                        party.snapshot(),
                        companions.values().stream().map(CompanionSnapshot::of).toList()),
                lane);
    }

    void restore(PhoneSnapshot snapshot) {
        synchronized (this) {
            lastDevice = snapshot.lastDevice();
        }
        for (CompanionSnapshot stored : snapshot.companions()) {
            companions.put(stored.device(), stored.restore(number));
        }
    }

    private synchronized int lastDevice() {
        return lastDevice;
    }
}
