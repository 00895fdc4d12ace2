package dev.merpati.worker.fencing;

import java.util.concurrent.atomic.AtomicLong;

/**
 * How often a connection to Redis broke, or Redis Cluster gave slots to another server. After each of these Redis may
 * have lost its last writes, the epoch of a newer owner among them: it was restarted, or a replica that had not got
 * everything took its place. Thread-safe.
 */
public final class RedisBreaks {
    private final AtomicLong count = new AtomicLong();

    /** Must be called before anything can be asked over the next connection. */
    public void broke() {
        count.incrementAndGet();
    }

    public long count() {
        return count.get();
    }
}
