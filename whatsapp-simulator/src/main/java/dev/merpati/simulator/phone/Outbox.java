package dev.merpati.simulator.phone;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What an account sent, as its phone knows it: its own messages, and the copies of what its companions wrote. Keeps the
 * last {@value #CAPACITY}. Thread-safe.
 */
public final class Outbox {
    private static final int CAPACITY = 500;

    /** How many messages may be confirmed before their copy has reached the phone. */
    private static final int EARLY = 64;

    private final Map<String, Item> entries = bounded(CAPACITY);
    private final Map<String, SortedMap<Integer, DeliveryState>> early = bounded(EARLY);

    private static <V> Map<String, V> bounded(int capacity) {
        return new LinkedHashMap<>() {
            private static final long serialVersionUID = 1;

            @Override
            protected boolean removeEldestEntry(Map.Entry<String, V> eldest) {
                return size() > capacity;
            }
        };
    }

    /**
     * A message and how far it has got on each device of the recipient.
     *
     * @param devices by the number of the device; those that said nothing are not in it
     */
    public record Tracked(SentMessage message, SortedMap<Integer, DeliveryState> devices) {
        /** How far it has got on the device on which it has got farthest. */
        public DeliveryState state() {
            return devices.values().stream().max(DeliveryState::compareTo).orElse(DeliveryState.SENT);
        }
    }

    private static final class Item {
        private final SentMessage message;
        private final SortedMap<Integer, DeliveryState> devices = new TreeMap<>();

        Item(SentMessage message) {
            this.message = message;
        }

        Tracked tracked() {
            return new Tracked(message, new TreeMap<>(devices));
        }
    }

    /** Keeps a message; one that is there already stays as it is. */
    public synchronized void add(SentMessage message) {
        Item item = entries.computeIfAbsent(message.id(), _ -> new Item(message));
        SortedMap<Integer, DeliveryState> known = early.remove(message.id());
        if (known != null) {
            known.forEach((device, state) -> reach(item.devices, device, state));
        }
    }

    /** Notes how far a message has got on a device of its recipient. */
    public synchronized void reached(String id, int device, DeliveryState state) {
        Item item = entries.get(id);
        reach(item == null ? early.computeIfAbsent(id, _ -> new TreeMap<>()) : item.devices, device, state);
    }

    private static void reach(Map<Integer, DeliveryState> devices, int device, DeliveryState state) {
        devices.merge(device, state, (known, now) -> known.compareTo(now) > 0 ? known : now);
    }

    public synchronized Optional<SentMessage> find(String id) {
        return Optional.ofNullable(entries.get(id)).map(entry -> entry.message);
    }

    /** All that is kept, oldest first. */
    public synchronized List<Tracked> messages() {
        List<Tracked> messages = new ArrayList<>();
        entries.values().forEach(entry -> messages.add(entry.tracked()));
        return messages;
    }
}
