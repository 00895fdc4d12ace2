package dev.merpati.worker.consumer;

import java.util.Map;
import java.util.OptionalLong;
import java.util.TreeMap;

/**
 * Which offset of one partition may be committed while its records are finished in any order: everything before it is
 * finished, so that nothing is lost when the partition moves, and nothing waits for a slow record but the commit.
 * Thread-safe.
 */
final class OffsetFrontier {
    private final TreeMap<Long, Long> unfinished = new TreeMap<>();
    private long afterLast = -1;

    /**
     * A record was taken.
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

    /** A record needs no redelivery any more. */
    synchronized void finish(long offset) {
        unfinished.remove(offset);
    }

    /** The offset to commit, which is that of the first record to be delivered again; empty before the first record. */
    synchronized OptionalLong committable() {
        if (!unfinished.isEmpty()) {
            return OptionalLong.of(unfinished.firstKey());
        }
        return afterLast < 0 ? OptionalLong.empty() : OptionalLong.of(afterLast);
    }

    synchronized int inFlight() {
        return unfinished.size();
    }

    /** When the first unfinished record was taken; empty when there is none. */
    synchronized OptionalLong oldest() {
        Map.Entry<Long, Long> first = unfinished.firstEntry();
        return first == null ? OptionalLong.empty() : OptionalLong.of(first.getValue());
    }
}
