package dev.merpati.dispatcher.consumer;

import java.util.concurrent.atomic.AtomicLong;

/** Counts the bytes of all events that wait in this dispatcher, over all partitions. Thread-safe. */
final class PendingBytes {
    /** What an event needs besides its record: the decoded event, queue entries, its part of a thread. */
    private static final int OVERHEAD = 1_024;

    private final long limit;
    private final AtomicLong used = new AtomicLong();

    PendingBytes(long limit) {
        this.limit = limit;
    }

    /** What an event counts for: its record is kept, and its data once more as a text. */
    static long sizeOf(int recordBytes) {
        return 2L * recordBytes + OVERHEAD;
    }

    void add(long bytes) {
        used.addAndGet(bytes);
    }

    boolean isFull() {
        return used.get() >= limit;
    }

    /** Whether there is room again for more than a few. */
    boolean hasRoom() {
        return used.get() <= limit / 2;
    }
}
