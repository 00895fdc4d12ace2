package dev.merpati.worker.consumer;

import java.util.Map;
import java.util.OptionalLong;
import java.util.TreeMap;

/**
 * Tracks which offset of one partition may be committed while its records finish in any order: the first one that is not
 * finished. So nothing is lost when the partition moves, and a slow record delays nothing but the commit. Thread-safe.
 */
final class OffsetTracker {
    private final TreeMap<Long, Long> unfinished = new TreeMap<>();
    private long afterLast = -1;

    /**
     * Notes that a record was consumed.
     *
     * @param offset higher than every one before; there may be gaps
     * @param now of a clock that only goes forward, for {@link #oldest}
     */
    synchronized void begin(long offset, long now) {
        if (offset < afterLast) {
            throw new IllegalArgumentException("offset " + offset + " comes after offset " + (afterLast - 1));
        }
        unfinished.put(offset, now);
        afterLast = offset + 1;
    }

    /** Notes that a record needs no redelivery any more. */
    synchronized void finish(long offset) {
        unfinished.remove(offset);
    }

    /** The offset to commit, which is that of the first record to be redelivered; empty before the first record. */
    synchronized OptionalLong committable() {
        if (!unfinished.isEmpty()) {
            return OptionalLong.of(unfinished.firstKey());
        }
        return afterLast < 0 ? OptionalLong.empty() : OptionalLong.of(afterLast);
    }

    synchronized int inFlight() {
        return unfinished.size();
    }

    /** When the first unfinished record was consumed; empty when there is none. */
    synchronized OptionalLong oldest() {
        Map.Entry<Long, Long> first = unfinished.firstEntry();
        return first == null ? OptionalLong.empty() : OptionalLong.of(first.getValue());
    }
}
