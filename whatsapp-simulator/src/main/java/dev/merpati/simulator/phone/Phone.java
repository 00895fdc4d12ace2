package dev.merpati.simulator.phone;

import dev.merpati.simulator.node.Jid;
import dev.merpati.simulator.rule.Rule;
import dev.merpati.simulator.rule.RuleOverrides;
import dev.merpati.simulator.signal.SignalParty;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.Executor;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * A phone with a number: device 0 of its account, and the account's list of linked companion devices. Its Signal keys
 * are touched by one task at a time, see {@link #withKeys}; all else is thread-safe.
 */
public final class Phone implements RuleOverrides {
    private final String number;
    private final SerialQueue queue;
    private volatile SignalParty party;
    private final Inbox inbox;
    private static final int MAX_HELD = 1000;

    // Made when they are first asked for, since most of many phones only receive.
    private @Nullable Outbox outbox;
    private @Nullable AppStateLog appState;
    private @Nullable Map<String, String> typing;
    private @Nullable Deque<Runnable> held;
    private @Nullable AccountSettings settings;
    private @Nullable NewChatRecord newChats;
    private final Map<Integer, Companion> companions = new ConcurrentSkipListMap<>();
    /** Whom the phone has a chat with, by number, and whether it goes by hidden ids. */
    private final Map<String, Boolean> chats = new ConcurrentHashMap<>(4);

    private volatile Set<String> toldOfNewKeys = Set.of();
    private volatile Set<String> toldOfRotation = Set.of();
    private volatile int hiddenIdGeneration;
    private final PhoneStorage storage;
    private @Nullable Passkey passkey;
    private volatile DeviceListener listener = DeviceListener.NONE;
    private volatile String pushName;
    private volatile PhoneTraits traits;
    private int lastDevice;

    Phone(
            String number,
            String pushName,
            PhoneTraits traits,
            SignalParty party,
            int inboxCapacity,
            Executor threads,
            PhoneStorage storage) {
        this.number = number;
        this.pushName = pushName;
        this.traits = traits;
        this.party = party;
        this.inbox = new Inbox(inboxCapacity);
        this.queue = new SerialQueue(threads);
        this.storage = storage;
    }

    public String number() {
        return number;
    }

    public Jid jid() {
        return Jid.phone(number);
    }

    void listen(DeviceListener newListener) {
        listener = newListener;
    }

    public String pushName() {
        return pushName;
    }

    public void rename(String newPushName) {
        pushName = newPushName;
        storage.changed(this);
    }

    /** The passkey of the phone's owner, made when it is first asked for. */
    public synchronized Passkey passkey() {
        if (passkey == null) {
            passkey = new Passkey();
        }
        return passkey;
    }

    /** What kind of account it has. */
    public PhoneTraits traits() {
        return traits;
    }

    /** Makes its account another kind of account. A phone that is no longer offline gets what waited. */
    public void change(UnaryOperator<PhoneTraits> change) {
        List<Runnable> waited = List.of();
        synchronized (this) {
            traits = change.apply(traits);
            storage.changed(this);
            if (!traits.offline() && held != null) {
                waited = List.copyOf(held);
                held = null;
            }
        }
        waited.forEach(Runnable::run);
    }

    /** Keeps a task until the phone is back, if it is offline; returns whether it is. The oldest tasks go beyond 1,000. */
    public synchronized boolean holds(Runnable task) {
        if (!traits.offline()) {
            return false;
        }
        if (held == null) {
            held = new ArrayDeque<>();
        }
        if (held.size() == MAX_HELD) {
            held.poll();
        }
        held.add(task);
        return true;
    }

    @Override
    public Optional<Boolean> enforced(Rule rule) {
        return Optional.ofNullable(traits.rules().get(rule));
    }

    /** Stores the phone soon, because something that is kept with it, such as a companion's keys, has changed. */
    public void touch() {
        storage.changed(this);
    }

    /**
     * Notes under which of its addresses the phone was last written to in the chat with a number.
     *
     * @return whether that begins the chat
     */
    public boolean addressedAs(String other, boolean hidden) {
        Boolean known = chats.get(other);
        if (known == null || known != hidden) {
            chats.put(other, hidden);
            storage.changed(this);
        }
        return known == null;
    }

    /** Notes that the phone writes to a number. */
    public void writesTo(String other) {
        if (chats.putIfAbsent(other, false) == null) {
            storage.changed(this);
        }
    }

    /** Takes over the chats of the phone that it was under another number. */
    void takeChats(Phone former) {
        chats.putAll(former.chats);
        former.inbox.messages().forEach(counted -> {
            inbox.arrived(counted.message().id());
            inbox.decrypted(counted.message());
            if (counted.read()) {
                inbox.read(counted.message().id());
            }
        });
        former.outbox().messages().forEach(tracked -> {
            outbox().add(tracked.message());
            tracked.devices()
                    .forEach((device, state) ->
                            outbox().reached(tracked.message().id(), device, state));
        });
    }

    /** The numbers with which the phone has a chat. */
    public Set<String> contacts() {
        return Set.copyOf(chats.keySet());
    }

    /** Whether the phone has a chat with the number. */
    public boolean knows(String other) {
        return chats.containsKey(other);
    }

    /** Whether the chat with the number goes by hidden ids. */
    public boolean isHiddenChat(String other) {
        return Boolean.TRUE.equals(chats.get(other));
    }

    public Inbox inbox() {
        return inbox;
    }

    /** How the account has begun chats; made when it is first asked for. */
    public synchronized NewChatRecord newChats() {
        if (newChats == null) {
            newChats = new NewChatRecord();
        }
        return newChats;
    }

    /** What the account keeps at the server; made when it is first asked for, since most phones never need it. */
    public synchronized AccountSettings settings() {
        if (settings == null) {
            settings = new AccountSettings();
        }
        return settings;
    }

    private synchronized AccountSettings.@Nullable Stored storedSettings() {
        return settings == null ? null : settings.stored();
    }

    private synchronized Map<String, List<byte[]>> storedAppState() {
        return appState == null ? Map.of() : appState.snapshot();
    }

    private synchronized NewChatRecord.@Nullable Stored storedNewChats() {
        return newChats == null ? null : newChats.stored();
    }

    /** The app state that its devices share. */
    public synchronized AppStateLog appState() {
        if (appState == null) {
            appState = new AppStateLog();
        }
        return appState;
    }

    public synchronized Outbox outbox() {
        if (outbox == null) {
            outbox = new Outbox();
        }
        return outbox;
    }

    /** What those who type to this phone do, {@code composing}, {@code recording} or {@code paused}, by number. */
    public synchronized Map<String, String> typing() {
        if (typing == null) {
            typing = new ConcurrentHashMap<>();
        }
        return typing;
    }

    /** The phone's present hidden address. */
    public Jid hiddenJid() {
        return hiddenJid(0);
    }

    /** The present hidden address of one of the account's devices. */
    public Jid hiddenJid(int device) {
        return Jid.hidden(HiddenId.of(number, hiddenIdGeneration), device);
    }

    /** Gives the account another hidden id; the old one reaches it no more. */
    public synchronized void rotateHiddenId() {
        hiddenIdGeneration++;
        toldOfRotation = ConcurrentHashMap.newKeySet();
        storage.changed(this);
    }

    /** Notes that somebody was told of the new hidden id; returns whether that is for the first time. */
    public boolean tellRotation(String other) {
        Set<String> told = toldOfRotation;
        return hiddenIdGeneration > 0 && !told.contains(other) && told.add(other);
    }

    /**
     * Replaces all Signal keys, as a new installation does.
     *
     * @param told who is told of it
     */
    public CompletableFuture<Void> replaceKeys(Set<String> told) {
        return CompletableFuture.runAsync(
                () -> {
                    party = SignalParty.create();
                    appState().restore(Map.of());
                    toldOfNewKeys = Set.copyOf(told);
                    storage.changed(this);
                },
                queue);
    }

    /** Whether a number knows that the phone's keys have been replaced. */
    public boolean hasToldOfNewKeys(String other) {
        return toldOfNewKeys.contains(other);
    }

    /** The public identity key; only a new installation changes it. */
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
                queue);
    }

    /** The linked devices by number, oldest first. */
    public Collection<Companion> companions() {
        return List.copyOf(companions.values());
    }

    /** How many devices are linked. */
    public int companionCount() {
        return companions.size();
    }

    public Optional<Companion> companion(int device) {
        return Optional.ofNullable(companions.get(device));
    }

    /** A device number that no companion of this phone had before. */
    public synchronized int nextDevice() {
        return ++lastDevice;
    }

    /** Adds a device to the account; completes when that would survive a crash. */
    public CompletableFuture<Void> addCompanion(Companion companion) {
        put(companion);
        return storage.save(this).thenRun(() -> listener.added(this, companion));
    }

    /** Removes a device from the account; completes when that would survive a crash. */
    public CompletableFuture<Void> removeCompanion(Companion companion) {
        companions.remove(companion.jid().device(), companion);
        return storage.save(this).thenRun(() -> listener.removed(this, companion));
    }

    /** What is to be stored, as it is after all tasks that were given to {@link #withKeys} before. */
    public CompletableFuture<PhoneSnapshot> snapshot() {
        return CompletableFuture.supplyAsync(
                () -> new PhoneSnapshot(
                        number,
                        pushName,
                        traits,
                        lastDevice(),
                        hiddenIdGeneration,
                        party.snapshot(),
                        companions.values().stream().map(CompanionSnapshot::of).toList(),
                        storedAppState(),
                        storedSettings(),
                        Map.copyOf(chats),
                        storedNewChats()),
                queue);
    }

    void restore(PhoneSnapshot snapshot) {
        synchronized (this) {
            lastDevice = snapshot.lastDevice();
            Integer generation = snapshot.hiddenIdGeneration();
            hiddenIdGeneration = generation == null ? 0 : generation;
            if (hiddenIdGeneration > 0) {
                toldOfRotation = ConcurrentHashMap.newKeySet();
            }
        }
        AccountSettings.Stored storedSettings = snapshot.settings();
        if (storedSettings != null) {
            settings().restore(storedSettings);
        }
        NewChatRecord.Stored storedNewChats = snapshot.newChats();
        if (storedNewChats != null) {
            newChats().restore(storedNewChats);
        }
        Map<String, Boolean> storedChats = snapshot.chats();
        if (storedChats != null) {
            chats.putAll(storedChats);
        }
        Map<String, List<byte[]>> storedState = snapshot.appState();
        if (storedState != null) {
            appState().restore(storedState);
        }
        for (CompanionSnapshot stored : snapshot.companions()) {
            put(stored.restore(number));
        }
    }

    private void put(Companion companion) {
        companion.onChange(this::touch);
        companions.put(companion.jid().device(), companion);
    }

    private synchronized int lastDevice() {
        return lastDevice;
    }
}
