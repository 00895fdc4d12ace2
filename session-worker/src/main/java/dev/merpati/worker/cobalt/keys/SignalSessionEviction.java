package dev.merpati.worker.cobalt.keys;

import it.auties.whatsapp.controller.Keys;
import it.auties.whatsapp.controller.SignalSessions;
import it.auties.whatsapp.model.signal.session.SessionAddress;
import it.auties.whatsapp.model.signal.session.SessionTrim;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Keeps the credentials small: they hold a Signal session for every device that was ever written to, and are stored again
 * after each message. The sessions that were not used for the longest are dropped; the next message there begins a new one,
 * which costs a query. Not thread-safe.
 */
final class SignalSessionEviction {
    private final Keys keys;
    private final int capacity;
    private final Map<SessionAddress, Boolean> used = new LinkedHashMap<>(16, 0.75f, true);

    SignalSessionEviction(Keys keys, int capacity) {
        this.keys = keys;
        this.capacity = capacity;
        SignalSessions.addresses(keys).forEach(address -> used.put(address, true));
    }

    /** Drops a session, so that the next message to the device begins a new one. */
    void drop(SessionAddress address) {
        used.remove(address);
        SignalSessions.remove(keys, address);
    }

    void used(SessionAddress address) {
        keys.findSessionByAddress(address).ifPresent(session -> {
            SessionTrim.trim(session);
            used.put(address, true);
        });
        while (used.size() > capacity) {
            SessionAddress eldest = used.keySet().iterator().next();
            used.remove(eldest);
            SignalSessions.remove(keys, eldest);
        }
    }
}
