package dev.merpati.dispatcher.webhook;

import dev.merpati.model.event.EventId;
import dev.merpati.model.event.StoredEvent;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The events of a stream right after a position that are in memory, in order, each waiting, under way or finished; and for each session
 * which is next. The position moves when everything before it is finished. Not thread-safe.
 */
final class Window {
    /** What an event takes besides its data, roughly. */
    private static final int OVERHEAD = 300;
    /** With less memory left nothing is read that could not be kept. */
    private static final long LEAST = 4 * 1_024;

    private final int maxEvents;
    private final long maxBytes;
    private final SharedBudget memory;
    private final Deque<Entry> entries = new ArrayDeque<>();
    private final Map<UUID, Queue> queues = new HashMap<>();
    private final Deque<Queue> ready = new ArrayDeque<>();
    /** Delivered, but after the position, when the rest was dropped. */
    private final Set<EventId> deliveredAhead = new HashSet<>();

    private Position tail;
    private long bytes;

    private static final class Entry {
        private final StoredEvent event;
        private final Position before;
        private final int size;
        private boolean shared;
        private boolean finished;
        private boolean delivered;

        Entry(StoredEvent event, Position before) {
            this.event = event;
            this.before = before;
            this.size = OVERHEAD + event.data().length();
        }
    }

    private static final class Queue {
        private final UUID sessionId;
        private final Deque<Entry> waiting = new ArrayDeque<>();
        private @Nullable Entry underWay;

        Queue(UUID sessionId) {
            this.sessionId = sessionId;
        }
    }

    Window(int maxEvents, long maxBytes, SharedBudget memory, Position position) {
        this.maxEvents = maxEvents;
        this.maxBytes = maxBytes;
        this.memory = memory;
        this.tail = position;
    }

    /** Everything up to here is finished. */
    Position position() {
        Entry first = entries.peekFirst();
        return first == null ? tail : first.before;
    }

    /** Everything up to here was taken in. */
    Position tail() {
        return tail;
    }

    /** Whether an event is the one that follows the tail. */
    boolean isNext(StoredEvent event) {
        return tail.number() != Position.UNKNOWN && event.number() == tail.number() + 1;
    }

    boolean isFull() {
        return entries.size() >= maxEvents || bytes >= maxBytes || (!entries.isEmpty() && memory.left() < LEAST);
    }

    boolean isEmpty() {
        return entries.isEmpty();
    }

    /** Takes an event that needs no delivery. */
    void pass(StoredEvent event) {
        tail = new Position(event.id(), event.number());
        deliveredAhead.remove(event.id());
    }

    /** Moves the tail over ids of which nothing is to be delivered. */
    void passTo(EventId id) {
        if (id.compareTo(tail.id()) > 0) {
            tail = new Position(id, Position.UNKNOWN);
        }
    }

    /** Takes an event that is to be delivered; returns false when there is no room. */
    boolean add(StoredEvent event) {
        if (deliveredAhead.contains(event.id())) {
            pass(event);
            return true;
        }
        if (entries.size() >= maxEvents || (bytes >= maxBytes && !entries.isEmpty())) {
            return false;
        }
        Entry entry = new Entry(event, tail);
        if (memory.tryTake(entry.size)) {
            entry.shared = true;
        } else if (!entries.isEmpty()) {
            return false;
        }
        pass(event);
        entries.add(entry);
        bytes += entry.size;
        Queue queue = queues.computeIfAbsent(event.sessionId(), Queue::new);
        queue.waiting.add(entry);
        if (queue.underWay == null && queue.waiting.size() == 1) {
            ready.add(queue);
        }
        return true;
    }

    /** Takes the next event of some session that has none under way. */
    @Nullable
    StoredEvent next() {
        Queue queue = ready.poll();
        if (queue == null) {
            return null;
        }
        Entry entry = queue.waiting.removeFirst();
        queue.underWay = entry;
        return entry.event;
    }

    /** Finishes the event of a session that is under way. */
    void finish(UUID sessionId, boolean delivered) {
        Queue queue = queues.get(sessionId);
        if (queue == null || queue.underWay == null) {
            throw new IllegalStateException("no event of the session is under way");
        }
        queue.underWay.delivered = delivered;
        finish(queue.underWay);
        queue.underWay = null;
        if (queue.waiting.isEmpty()) {
            queues.remove(sessionId);
        } else {
            ready.add(queue);
        }
        trim();
    }

    /** Whether an event of the session is under way. */
    boolean isUnderWay(UUID sessionId) {
        Queue queue = queues.get(sessionId);
        return queue != null && queue.underWay != null;
    }

    /** Gives up the waiting events of a session, which will be found by its index; returns the first of them. */
    @Nullable
    EventId dropWaiting(UUID sessionId) {
        Queue queue = queues.get(sessionId);
        if (queue == null) {
            return null;
        }
        Entry first = queue.waiting.peekFirst();
        queue.waiting.forEach(this::finish);
        queue.waiting.clear();
        ready.remove(queue);
        if (queue.underWay == null) {
            queues.remove(sessionId);
        }
        trim();
        return first == null ? null : first.event.id();
    }

    /** Returns the session that has the most events waiting, if it is so many. */
    @Nullable
    UUID crowdedSession(int least) {
        return queues.values().stream()
                .max(Comparator.comparingInt(queue -> queue.waiting.size()))
                .filter(queue -> queue.waiting.size() >= least)
                .map(queue -> queue.sessionId)
                .orElse(null);
    }

    /** Frees the memory: everything after the position is to be read again, while nothing is under way. */
    void drop() {
        Position position = position();
        for (Entry entry : entries) {
            if (entry.delivered) {
                deliveredAhead.add(entry.event.id());
            }
            free(entry);
        }
        entries.clear();
        queues.clear();
        ready.clear();
        tail = position;
    }

    private void finish(Entry entry) {
        entry.finished = true;
    }

    private void trim() {
        for (Entry first = entries.peekFirst(); first != null && first.finished; first = entries.peekFirst()) {
            entries.removeFirst();
            free(first);
        }
    }

    private void free(Entry entry) {
        bytes -= entry.size;
        if (entry.shared) {
            entry.shared = false;
            memory.give(entry.size);
        }
    }
}
