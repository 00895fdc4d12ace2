package it.auties.whatsapp.controller;

import it.auties.whatsapp.model.signal.session.SessionAddress;
import java.util.Set;
import org.jspecify.annotations.NullMarked;

/** The Signal sessions of a device, which Cobalt only ever adds to. */
@NullMarked
public final class SignalSessions {
    private SignalSessions() {}

    public static Set<SessionAddress> addresses(Keys keys) {
        return Set.copyOf(keys.sessions.keySet());
    }

    /** The next message to that device begins a new session. */
    public static void remove(Keys keys, SessionAddress address) {
        keys.sessions.remove(address);
    }

    /** The next message to each device begins a new session. */
    public static void removeAll(Keys keys) {
        keys.sessions.clear();
    }
}
