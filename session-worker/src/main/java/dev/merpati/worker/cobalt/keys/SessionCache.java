package dev.merpati.worker.cobalt.keys;

import it.auties.whatsapp.controller.Keys;
import it.auties.whatsapp.controller.SignalSessions;
import it.auties.whatsapp.model.signal.session.Session;
import it.auties.whatsapp.model.signal.session.SessionAddress;
import it.auties.whatsapp.model.signal.session.SessionTrim;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Those of a device's Signal sessions that are in memory, within Cobalt's keys: all or none of a user's. The users that were
 * not used for the longest go when there are too many, but never before their changes are stored. Not thread-safe.
 */
final class SessionCache {
    private final Keys keys;
    private final int capacity;
    private final Map<String, Entry> users = new LinkedHashMap<>(16, 0.75f, true);

    private static final class Entry {
        private final Set<Integer> devices = new TreeSet<>();
        private boolean changed;
    }

    /** Sessions that are among the keys already count as changed: they are in no record yet. */
    SessionCache(Keys keys, int capacity) {
        this.keys = keys;
        this.capacity = capacity;
        for (SessionAddress address : SignalSessions.addresses(keys)) {
            Entry entry = users.computeIfAbsent(address.name(), _ -> new Entry());
            entry.devices.add(address.id());
            entry.changed = true;
        }
    }

    /** Whether it is known which sessions with the user there are; counts as a use. */
    boolean holds(String user) {
        return users.get(user) != null;
    }

    /** Takes a user's sessions in, none if there is no record, and lets others go. */
    void put(String user, SortedMap<Integer, Session> sessions) {
        makeRoom();
        Entry entry = new Entry();
        sessions.forEach((device, session) -> {
            keys.addSession(new SessionAddress(user, device), session);
            entry.devices.add(device);
        });
        users.put(user, entry);
    }

    private void makeRoom() {
        Iterator<Map.Entry<String, Entry>> eldest = users.entrySet().iterator();
        while (users.size() >= capacity && eldest.hasNext()) {
            Map.Entry<String, Entry> user = eldest.next();
            if (!user.getValue().changed) {
                user.getValue().devices.forEach(device -> remove(user.getKey(), device));
                eldest.remove();
            }
        }
    }

    private void remove(String user, int device) {
        SignalSessions.remove(keys, new SessionAddress(user, device));
    }

    /** Notes that a step was taken with a device, whose user is held. */
    void changed(SessionAddress address) {
        Entry entry = entry(address.name());
        keys.findSessionByAddress(address).ifPresent(session -> {
            SessionTrim.trim(session);
            entry.devices.add(address.id());
        });
        entry.changed = true;
    }

    /** Drops the session with a device, so that the next message begins a new one. */
    void drop(SessionAddress address) {
        Entry entry = entry(address.name());
        remove(address.name(), address.id());
        entry.devices.remove(address.id());
        entry.changed = true;
    }

    /** Drops the sessions with all devices of a user that is held. */
    void dropAll(String user) {
        Entry entry = entry(user);
        entry.devices.forEach(device -> remove(user, device));
        entry.changed |= !entry.devices.isEmpty();
        entry.devices.clear();
    }

    /** Returns the sessions with a user that is held, by the number of the device. */
    SortedMap<Integer, Session> sessions(String user) {
        return sessions(user, entry(user));
    }

    private SortedMap<Integer, Session> sessions(String user, Entry entry) {
        SortedMap<Integer, Session> sessions = new TreeMap<>();
        for (int device : entry.devices) {
            keys.findSessionByAddress(new SessionAddress(user, device))
                    .ifPresent(session -> sessions.put(device, session));
        }
        return sessions;
    }

    /** Takes the changes, by the name of the record: null for one that is gone. They count as stored from here on. */
    Map<String, byte @Nullable []> takeChanges() {
        Map<String, byte @Nullable []> changes = new HashMap<>();
        users.forEach((user, entry) -> {
            if (entry.changed) {
                changes.put(
                        UserSessions.recordName(user),
                        entry.devices.isEmpty() ? null : UserSessions.encode(sessions(user, entry)));
                entry.changed = false;
            }
        });
        return changes;
    }

    /** Changes that were taken are not stored. */
    void giveBack(Set<String> changes) {
        users.forEach((user, entry) -> entry.changed |= changes.contains(UserSessions.recordName(user)));
    }

    private Entry entry(String user) {
        Entry entry = users.get(user);
        if (entry == null) {
            throw new IllegalStateException("The sessions with a user are not in memory");
        }
        return entry;
    }
}
