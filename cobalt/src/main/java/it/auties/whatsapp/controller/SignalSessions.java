package it.auties.whatsapp.controller;

import it.auties.whatsapp.model.signal.session.SessionAddress;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.NullMarked;

/** The Signal sessions of a device, which Cobalt only ever adds to. */
@NullMarked
public final class SignalSessions {
    private SignalSessions() {}

    public static Set<SessionAddress> addresses(Keys keys) {
        return Set.copyOf(keys.sessions.keySet());
    }

    /** Forgets a session, which may be kept elsewhere; without one the next message to that device begins a new one. */
    public static void remove(Keys keys, SessionAddress address) {
        keys.sessions.remove(address);
    }

    /** Forgets all sessions. */
    public static void removeAll(Keys keys) {
        keys.sessions.clear();
    }

    /** Does something with the keys while they seem to have no sessions. To be called while nobody else uses them. */
    public static <T> T without(Keys keys, Supplier<T> action) {
        var sessions = Map.copyOf(keys.sessions);
        keys.sessions.clear();
        try {
            return action.get();
        } finally {
            keys.sessions.putAll(sessions);
        }
    }
}
