package dev.merpati.worker.fencing;

import java.util.concurrent.atomic.AtomicLong;

/**
 * Whether Kafka has confirmed the ownership of a shard since Redis may last have lost writes. Redis loses its last
 * writes, the epoch of a newer owner among them, when it is restarted or fails over. Both break our connections, so every
 * broken connection starts a new generation, in which each lease needs a new confirmation. Thread-safe.
 */
public final class OwnershipProof {
    private final AtomicLong generation = new AtomicLong();

    /** Voids every proof; must be called before anything can be sent over the next connection. */
    public void invalidate() {
        generation.incrementAndGet();
    }

    /** The current generation: read it before asking Kafka, and pass it to {@link ShardOwnership#proven}. */
    public long generation() {
        return generation.get();
    }

    boolean covers(ShardLease lease) {
        return lease.provenIn() == generation.get();
    }
}
