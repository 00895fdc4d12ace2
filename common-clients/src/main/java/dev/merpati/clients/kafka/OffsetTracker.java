package dev.merpati.clients.kafka;

import java.util.Map;
import java.util.OptionalLong;
import java.util.TreeMap;

/**
 * Tracks which offset of one partition may be committed while its records finish in any order: the first one that is not
 * finished. So nothing is lost when the partition moves, and a slow record delays nothing but the commit. Thread-safe.
 */
public final class OffsetTracker {
    private final TreeMap<Long, Long> unfinished = new TreeMap<>();
    private long afterLast = -1;

    /**
     * Notes that a record was consumed.
     *
     * @param offset higher than every one before; there may be gaps
     * @param since for {@link #oldest}: when it was consumed or published, by whatever clock the caller compares it with
     * @throws IllegalArgumentException when it comes before one that began
     */
    public synchronized void begin(long offset, long since) {
        if (offset < afterLast) {
            throw new IllegalArgumentException("offset " + offset + " comes after offset " + (afterLast - 1));
        }
        unfinished.put(offset, since);
        afterLast = offset + 1;
    }

    /** Notes that a record needs no redelivery any more. */
    public synchronized void finish(long offset) {
        unfinished.remove(offset);
    }

    /** The offset to commit, which is that of the first record to be redelivered; empty before the first record. */
    public synchronized OptionalLong committable() {
        if (!unfinished.isEmpty()) {
            return OptionalLong.of(unfinished.firstKey());
        }
        return afterLast < 0 ? OptionalLong.empty() : OptionalLong.of(afterLast);
    }

    /** The lowest offset that may begin now; -1 before the first record. */
    public synchronized long next() {
        return afterLast;
    }

    public synchronized int inFlight() {
        return unfinished.size();
    }

    /** The time of the first unfinished record, as {@link #begin} was told; empty when there is none. */
    public synchronized OptionalLong oldest() {
        Map.Entry<Long, Long> first = unfinished.firstEntry();
        return first == null ? OptionalLong.empty() : OptionalLong.of(first.getValue());
    }
}
