package dev.merpati.gateway.event;

import dev.merpati.model.event.EventId;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/**
 * The newest events of one tenant, for all streams that it has open at this gateway. They are read from Redis once and kept in a
 * ring that is bounded in number and bytes; a stream that is further behind is told so and reads for itself. Thread-safe, never
 * blocks.
 */
final class TenantFeed {
    private final String tenantId;
    private final int maxEvents;
    private final long maxBytes;
    /** Of the rings of all tenants together. */
    private final AtomicLong allBytes;

    private final long maxAllBytes;
    private final Deque<EncodedEvent> ring = new ArrayDeque<>();
    private final Set<Sinks.Empty<Void>> waiting = new HashSet<>();
    private long bytes;
    /** The ring has every event after it, up to {@link #head}; null until the stream was looked at for the first time. */
    private @Nullable EventId from;

    private @Nullable EventId head;
    private boolean closed;
    private boolean reading;
    private boolean readAgain;

    TenantFeed(String tenantId, int maxEvents, long maxBytes, AtomicLong allBytes, long maxAllBytes) {
        this.tenantId = tenantId;
        this.maxEvents = maxEvents;
        this.maxBytes = maxBytes;
        this.allBytes = allBytes;
        this.maxAllBytes = maxAllBytes;
    }

    String tenantId() {
        return tenantId;
    }

    /** What there is after a place. */
    sealed interface Part {
        /** @param position up to where the events were looked at */
        record Events(List<EncodedEvent> events, EventId position) implements Part {}

        /**
         * The ring does not reach back so far.
         *
         * @param until from where on it has everything
         */
        record Behind(EventId until) implements Part {}

        /** There is nothing new; see {@link TenantFeed#news}. */
        record Nothing() implements Part {}
    }

    /**
     * Returns what comes after an event.
     *
     * @param most bytes after which to stop; an event that is longer comes alone
     */
    synchronized Part after(EventId cursor, EventFilter filter, long most) {
        EventId end = head;
        if (from == null || end == null || cursor.compareTo(end) >= 0) {
            return new Part.Nothing();
        }
        if (cursor.compareTo(from) < 0) {
            return new Part.Behind(from);
        }
        List<EncodedEvent> found = new ArrayList<>();
        EventId position = end;
        long left = most;
        for (EncodedEvent each : ring) {
            if (each.event().id().compareTo(cursor) > 0 && filter.wants(each.event())) {
                if (left <= 0 || (!found.isEmpty() && each.bytes().length > left)) {
                    position = found.getLast().event().id();
                    break;
                }
                left -= each.bytes().length;
                found.add(each);
            }
        }
        return new Part.Events(found, position);
    }

    /** Completes when there is something after an event, which may not be wanted; a cancellation leaves nothing behind. */
    Mono<Void> news(EventId cursor) {
        return Mono.defer(() -> {
            Sinks.Empty<Void> sink = Sinks.empty();
            synchronized (this) {
                if (head != null && cursor.compareTo(head) < 0) {
                    return Mono.empty();
                }
                waiting.add(sink);
            }
            return sink.asMono().doFinally(end -> {
                synchronized (this) {
                    waiting.remove(sink);
                }
            });
        });
    }

    /** Returns the place from which on to read; null when nothing is known yet. */
    synchronized @Nullable EventId head() {
        return head;
    }

    /** Begins with what comes after an event. */
    void begin(EventId at) {
        synchronized (this) {
            from = at;
            head = at;
        }
        wake();
    }

    /** Adds what was read after {@link #head}. */
    void add(List<EncodedEvent> events, EventId upTo) {
        synchronized (this) {
            if (closed) {
                return; // It was read for nobody.
            }
            for (EncodedEvent each : events) {
                ring.addLast(each);
                bytes += each.bytes().length;
                allBytes.addAndGet(each.bytes().length);
            }
            while (!ring.isEmpty() && (ring.size() > maxEvents || bytes > maxBytes || allBytes.get() > maxAllBytes)) {
                dropOldest();
            }
            head = upTo;
        }
        wake();
    }

    /** Drops what has been there for long; every stream that keeps up has it. */
    synchronized void dropBefore(long millis) {
        while (!ring.isEmpty() && ring.getFirst().event().id().millis() < millis) {
            dropOldest();
        }
    }

    /** Drops everything, since there is no stream any more. */
    synchronized void close() {
        closed = true;
        while (!ring.isEmpty()) {
            dropOldest();
        }
    }

    private void dropOldest() {
        EncodedEvent oldest = ring.removeFirst();
        bytes -= oldest.bytes().length;
        allBytes.addAndGet(-oldest.bytes().length);
        from = oldest.event().id();
    }

    /** Whether the caller is to read now; when somebody reads already, that one reads again. */
    synchronized boolean beginRead() {
        readAgain = reading;
        boolean mine = !reading;
        reading = true;
        return mine;
    }

    /**
     * Whether the caller is to read once more.
     *
     * @param more whether there was more than it has read
     */
    synchronized boolean readsAgain(boolean more) {
        boolean again = !closed && (more || readAgain);
        readAgain = false;
        reading = again;
        return again;
    }

    /** Ends reading that failed; the next notice or look begins anew. */
    synchronized void readFailed() {
        reading = false;
        readAgain = false;
    }

    private void wake() {
        List<Sinks.Empty<Void>> all;
        synchronized (this) {
            all = List.copyOf(waiting);
            waiting.clear();
        }
        all.forEach(Sinks.Empty::tryEmitEmpty);
    }
}
