package dev.merpati.simulator.server;

import dev.merpati.simulator.node.Jid;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/**
 * Which devices asked clients for a message again because they could not decrypt it. Remembers the last 10,000 messages.
 * Thread-safe.
 */
final class RetryRequests {
    private static final int REMEMBERED = 10_000;

    private final Map<Request, Set<Device>> requests = Collections.synchronizedMap(new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<Request, Set<Device>> eldest) {
            return size() > REMEMBERED;
        }
    });

    private record Request(Jid author, String id) {}

    private record Device(String number, int device) {}

    /** A device asks the author of a message for it. */
    void requested(Jid author, String id, String number, int device) {
        requests.compute(new Request(author, id), (_, devices) -> {
            Set<Device> all = devices == null ? new HashSet<>() : new HashSet<>(devices);
            all.add(new Device(number, device));
            return all;
        });
    }

    /** Whether the device has asked the author of a message for it. */
    boolean isRequested(Jid author, String id, String number, int device) {
        return !requests.isEmpty()
                && requests.getOrDefault(new Request(author, id), Set.of()).contains(new Device(number, device));
    }

    void clear() {
        requests.clear();
    }
}
