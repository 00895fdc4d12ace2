package dev.merpati.simulator.phone;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

/** Which numbers are registered on WhatsApp: all but one and those that end in 0000, unless overridden. Thread-safe. */
public final class NumberRule {
    /** The API guide's example of an invalid number. */
    static final String INVALID_EXAMPLE = "6289876543210";

    private static final String INVALID_SUFFIX = "0000";

    private final Map<String, Boolean> overrides = new ConcurrentHashMap<>();
    private final Consumer<Map<String, Boolean>> storage;

    /** @param storage told of all overrides after every change of them */
    public NumberRule(Map<String, Boolean> stored, Consumer<Map<String, Boolean>> storage) {
        overrides.putAll(stored);
        this.storage = storage;
    }

    public boolean isRegistered(String number) {
        Boolean override = overrides.get(number);
        return override != null ? override : !number.equals(INVALID_EXAMPLE) && !number.endsWith(INVALID_SUFFIX);
    }

    public void override(String number, boolean registered) {
        overrides.put(number, registered);
        storage.accept(overrides());
    }

    /** Takes an override back. */
    public void reset(String number) {
        overrides.remove(number);
        storage.accept(overrides());
    }

    public Map<String, Boolean> overrides() {
        return Map.copyOf(overrides);
    }

    public void clear() {
        overrides.clear();
        storage.accept(overrides());
    }
}
