package dev.merpati.simulator.phone;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Which numbers are registered on WhatsApp, and under which address. By default every number of 5 to 15 digits is
 * registered, except one example and those that end in 0000.
 *
 * <p>Some numbers are dialled in another form than they are registered in; the dialled form is an <em>alias</em>.
 * WhatsApp answers a contact query for an alias with the registered number, but nobody can be reached under the alias.
 * Three countries have aliases by default: Brazil's mobile numbers are registered without their ninth digit, Mexico's
 * with a 1 and Argentina's with a 9 behind the country code. (On the real WhatsApp, Brazil's area codes 11 to 28 mostly
 * kept the ninth digit; here one rule covers the country.) Thread-safe.
 */
public final class NumberRule {
    /** The API guide's example of an invalid number. */
    static final String INVALID_EXAMPLE = "6289876543210";

    private static final String INVALID_SUFFIX = "0000";

    private static final Pattern NUMBER = Pattern.compile("[1-9][0-9]{4,14}");

    private static final Map<Pattern, String> REGISTERED_FORMS = Map.of(
            Pattern.compile("55([1-9][0-9])9([0-9]{8})"), "55$1$2",
            Pattern.compile("52([0-9]{10})"), "521$1",
            Pattern.compile("54([1-8][0-9]{9})"), "549$1");

    private final Consumer<Map<String, NumberOverride>> storage;
    private volatile State state;

    /**
     * What deviates from the rule for one number.
     *
     * @param registered whether it is registered; null to follow the rule
     * @param alias the only other number that leads to it; the number itself if none does; null to follow the rule
     */
    public record NumberOverride(
            @Nullable Boolean registered, @Nullable String alias) {}

    /** The overrides by number, and the numbers by the alias that an override gives them. Immutable. */
    private record State(SortedMap<String, NumberOverride> overrides, Map<String, String> owners) {
        static State of(SortedMap<String, NumberOverride> overrides) {
            Map<String, String> owners = new HashMap<>();
            overrides.forEach((number, override) -> {
                if (override.alias() != null) {
                    owners.put(override.alias(), number);
                }
            });
            return new State(overrides, owners);
        }

        Optional<String> alias(String number) {
            return Optional.ofNullable(overrides.get(number)).map(NumberOverride::alias);
        }
    }

    /** @param storage told of all overrides after every change of them */
    public NumberRule(Map<String, NumberOverride> stored, Consumer<Map<String, NumberOverride>> storage) {
        this.storage = storage;
        state = State.of(new TreeMap<>(stored));
    }

    /** Whether WhatsApp answers a contact query for the number with yes. An alias is what its number is. */
    public boolean isRegistered(String number) {
        State current = state;
        NumberOverride override = current.overrides().get(number);
        if (override != null && override.registered() != null) {
            return override.registered();
        }
        String canonical = canonical(current, number);
        return canonical.equals(number)
                ? NUMBER.matcher(number).matches()
                        && !number.equals(INVALID_EXAMPLE)
                        && !number.endsWith(INVALID_SUFFIX)
                : isRegistered(canonical);
    }

    /** Returns the number under which a dialled number is registered: mostly itself. */
    public String canonical(String dialled) {
        return canonical(state, dialled);
    }

    private static String canonical(State state, String dialled) {
        if (state.alias(dialled).isPresent()) {
            return dialled;
        }
        String owner = state.owners().get(dialled);
        if (owner != null) {
            return owner;
        }
        String registered = registeredForm(dialled);
        return state.alias(registered).isPresent() ? dialled : state.owners().getOrDefault(registered, registered);
    }

    /** Whether the number leads to another one, so that nobody can be reached under it. */
    public boolean isAlias(String number) {
        return !canonical(number).equals(number);
    }

    private static String registeredForm(String dialled) {
        for (Map.Entry<Pattern, String> form : REGISTERED_FORMS.entrySet()) {
            Matcher matcher = form.getKey().matcher(dialled);
            if (matcher.matches()) {
                return matcher.replaceFirst(form.getValue());
            }
        }
        return dialled;
    }

    /**
     * Replaces what deviates from the rule for a number.
     *
     * @throws IllegalArgumentException saying what alias is allowed, if the alias belongs to another number, has an alias
     *     of its own, or the number is an alias itself
     */
    public synchronized void override(String number, NumberOverride override) {
        String alias = override.alias();
        if (alias != null) {
            requireAlias(number, alias);
        }
        SortedMap<String, NumberOverride> overrides = overrides();
        overrides.put(number, override);
        replace(overrides);
    }

    private void requireAlias(String number, String alias) {
        String owner = state.owners().getOrDefault(alias, number);
        if (!owner.equals(number)) {
            throw new IllegalArgumentException("a number that is not the alias of " + owner);
        }
        if (!alias.equals(number) && state.alias(alias).isPresent()) {
            throw new IllegalArgumentException("a number that has no alias itself");
        }
        String ownOwner = state.owners().getOrDefault(number, number);
        if (!ownOwner.equals(number)) {
            throw new IllegalArgumentException("none, since " + number + " is the alias of " + ownOwner);
        }
    }

    /** Takes an override back. */
    public synchronized void reset(String number) {
        SortedMap<String, NumberOverride> overrides = overrides();
        overrides.remove(number);
        replace(overrides);
    }

    /** Returns a copy of all overrides, ordered by number. */
    public SortedMap<String, NumberOverride> overrides() {
        return new TreeMap<>(state.overrides());
    }

    public synchronized void clear() {
        replace(new TreeMap<>());
    }

    private void replace(SortedMap<String, NumberOverride> overrides) {
        state = State.of(overrides);
        storage.accept(overrides);
    }
}
