package dev.merpati.simulator.phone;

import dev.merpati.simulator.node.Jid;
import dev.merpati.simulator.signal.SignalParty;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** All phones. A registered number gets one the first time that somebody needs its keys. Thread-safe. */
public final class PhoneDirectory {
    private final NumberRule numbers = new NumberRule();
    private final Map<String, Phone> phones = new ConcurrentHashMap<>();
    private final int inboxCapacity;
    private final Executor threads;
    private final Consumer<Phone> changed;

    /** @param changed told of every change of a phone that should be stored; must be quick */
    public PhoneDirectory(int inboxCapacity, Executor threads, Consumer<Phone> changed) {
        this.inboxCapacity = inboxCapacity;
        this.threads = threads;
        this.changed = changed;
    }

    public NumberRule numbers() {
        return numbers;
    }

    /** The phone of a number, if it has been needed or made before. */
    public Optional<Phone> existing(String number) {
        return Optional.ofNullable(phones.get(number));
    }

    /** The phone of a registered number, made if need be; empty for a number that is not registered. */
    public Optional<Phone> registered(String number) {
        return numbers.isRegistered(number) ? Optional.of(getOrCreate(number)) : Optional.empty();
    }

    /** The phone of a registered number or hidden id. */
    public Optional<Phone> registered(Jid jid) {
        return jid.isUser() ? registered(numberOf(jid)) : Optional.empty();
    }

    /** The number behind a number's own address or its hidden id. */
    public static String numberOf(Jid jid) {
        return jid.isHidden() ? HiddenId.numberOf(jid.user()) : jid.user();
    }

    public Phone getOrCreate(String number) {
        Phone known = phones.get(number);
        return known != null
                ? known
                : phones.computeIfAbsent(
                        number,
                        _ -> new Phone(
                                number, "Phone " + number, SignalParty.create(), inboxCapacity, threads, changed));
    }

    public @Nullable Phone remove(String number) {
        return phones.remove(number);
    }

    public Collection<Phone> all() {
        return phones.values();
    }

    public void clear() {
        phones.clear();
        numbers.clear();
    }
}
