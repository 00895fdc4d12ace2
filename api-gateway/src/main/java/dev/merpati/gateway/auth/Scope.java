package dev.merpati.gateway.auth;

import java.util.Arrays;
import java.util.Collection;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What an API key may be used for. A key that was made without scopes has all that there were at that time: what a later release
 * adds opens nothing to the keys of before.
 */
public enum Scope {
    /** Create, rename, pair, reconnect and delete sessions, and read them. */
    SESSIONS,
    /** Send messages. */
    SEND,
    /** Check numbers. */
    CHECK,
    /** Read sessions and the status of messages. */
    READ,
    /** Read what happened to sessions: the messages that came, and what became of those that were sent. */
    EVENTS,
    /** Say where events are sent to. */
    WEBHOOKS,
    /** Read the account and its usage, and make and revoke keys. */
    ACCOUNT;

    public static final Set<Scope> ALL = Set.copyOf(EnumSet.allOf(Scope.class));

    public String wireName() {
        return name().toLowerCase(Locale.ROOT);
    }

    static Optional<Scope> ofWireName(String name) {
        return Arrays.stream(values())
                .filter(scope -> scope.wireName().equals(name))
                .findFirst();
    }

    /** The scopes as they stand in Redis; {@link #of} reads them. */
    static String join(Collection<Scope> scopes) {
        return scopes.stream().sorted().map(Scope::wireName).collect(Collectors.joining(" "));
    }

    /** Reads scopes; one that only a newer release knows is left out, so that it allows nothing. */
    static Set<Scope> of(String joined) {
        return Arrays.stream(joined.split(" "))
                .flatMap(name -> ofWireName(name).stream())
                .collect(Collectors.toUnmodifiableSet());
    }
}
