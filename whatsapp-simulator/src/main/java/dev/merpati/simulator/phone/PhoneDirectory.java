package dev.merpati.simulator.phone;

import dev.merpati.simulator.node.Jid;
import dev.merpati.simulator.signal.SignalParty;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;

/** All phones. A registered number gets one the first time that somebody needs its keys. Thread-safe. */
public final class PhoneDirectory {
    private final NumberRule numbers;
    private final Map<String, Phone> phones = new ConcurrentHashMap<>();
    private final PhoneTraits newPhones;
    private final int inboxCapacity;
    private final Executor threads;
    private final PhoneStorage storage;
    private volatile DeviceListener listener = DeviceListener.NONE;

    /** @param newPhones what kind of account a new phone has */
    public PhoneDirectory(
            NumberRule numbers, PhoneTraits newPhones, int inboxCapacity, Executor threads, PhoneStorage storage) {
        this.numbers = numbers;
        this.newPhones = newPhones;
        this.inboxCapacity = inboxCapacity;
        this.threads = threads;
        this.storage = storage;
    }

    /** Names the one who hears of the devices of all phones, those that exist included. */
    public void listen(DeviceListener newListener) {
        listener = newListener;
        phones.values().forEach(phone -> phone.listen(newListener));
    }

    public NumberRule numbers() {
        return numbers;
    }

    /** The phone of a number, if it has been needed or made before. */
    public Optional<Phone> existing(String number) {
        return Optional.ofNullable(phones.get(number));
    }

    /** The phone of a registered number, made if need be; empty for an alias and for a number that is not registered. */
    public Optional<Phone> registered(String number) {
        return isReachable(number) ? Optional.of(getOrCreate(number)) : Optional.empty();
    }

    /** Whether messages to the number reach somebody: it is registered, and not the alias of another number. */
    public boolean isReachable(String number) {
        return numbers.isRegistered(number) && !numbers.isAlias(number);
    }

    /** The phone of a registered number or hidden id. */
    public Optional<Phone> registered(Jid jid) {
        return jid.isUser() ? registered(numberOf(jid)) : Optional.empty();
    }

    /** The number behind a number's own address or its hidden id. */
    public static String numberOf(Jid jid) {
        return jid.isHidden() ? HiddenId.numberOf(jid.user()) : jid.user();
    }

    /** The present hidden address of a number's phone. */
    public Jid hiddenJid(String number) {
        return hiddenJid(number, 0);
    }

    /** The present hidden address of a device of a number's account. */
    public Jid hiddenJid(String number, int device) {
        return existing(number)
                .map(phone -> phone.hiddenJid(device))
                .orElseGet(() -> Jid.hidden(HiddenId.of(number), device));
    }

    public Phone getOrCreate(String number) {
        Phone known = phones.get(number);
        return known != null ? known : phones.computeIfAbsent(number, this::create);
    }

    private Phone create(String number) {
        Phone phone = phone(number, "Phone " + number, newPhones, SignalParty.create());
        storage.changed(phone);
        return phone;
    }

    private Phone phone(String number, String pushName, PhoneTraits traits, SignalParty keys) {
        Phone phone = new Phone(number, pushName, traits, keys, inboxCapacity, threads, storage);
        phone.listen(listener);
        return phone;
    }

    public void remove(String number) {
        Phone removed = phones.remove(number);
        if (removed != null) {
            storage.removed(removed);
        }
    }

    /** Puts a phone's keys, settings and chats under another number, without its companions. */
    public CompletableFuture<Phone> move(Phone phone, String number) {
        return phone.snapshot().thenApply(snapshot -> {
            remove(phone.number());
            restore(snapshot.under(number));
            Phone moved = getOrCreate(number);
            moved.takeChats(phone);
            storage.changed(moved);
            return moved;
        });
    }

    /** Brings a stored phone back. */
    public void restore(PhoneSnapshot snapshot) {
        PhoneTraits traits = snapshot.traits();
        Phone phone = phone(
                snapshot.number(),
                snapshot.pushName(),
                traits == null ? newPhones : traits,
                SignalParty.restore(snapshot.keys()));
        phone.restore(snapshot);
        phones.put(phone.number(), phone);
    }

    public Collection<Phone> all() {
        return phones.values();
    }

    public void clear() {
        List.copyOf(phones.keySet()).forEach(this::remove);
        numbers.clear();
    }
}
