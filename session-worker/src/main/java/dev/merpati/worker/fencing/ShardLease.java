package dev.merpati.worker.fencing;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.LongSupplier;

/**
 * One ownership of one shard, from the moment its epoch was taken. Thread-safe.
 *
 * <p>A process that was stopped for a while cannot know what happened meanwhile. So a lease remembers when Redis last
 * confirmed it: whoever is about to send asks {@link #isFresh} first, has it confirmed anew when it is not, and asks once
 * more when nothing is left to do but to write to the socket. A message that slips through the instant in between goes
 * out under the id that the new owner uses as well.
 *
 * <p>Nor can Redis be asked who the owner is when it may have lost that. So a lease is used only while its {@link
 * OwnershipProof} is valid.
 */
public final class ShardLease {
    /**
     * More than a server that writes its file every second, or a master that refuses writes once its replicas are 10 s
     * behind, can lose.
     */
    private static final Duration LOST_AT_MOST = Duration.ofSeconds(15);

    private final int shard;
    private final long epoch;
    private final LongSupplier nanoTime;
    private final Runnable whenFenced;
    private final AtomicBoolean fenced = new AtomicBoolean();
    private volatile long provenIn;
    private volatile long lostFrom;
    private volatile long confirmedAt;

    ShardLease(int shard, long epoch, long provenIn, long confirmedAt, LongSupplier nanoTime, Runnable whenFenced) {
        this.shard = shard;
        this.epoch = epoch;
        this.provenIn = provenIn;
        this.confirmedAt = confirmedAt;
        this.lostFrom = confirmedAt;
        this.nanoTime = nanoTime;
        this.whenFenced = whenFenced;
    }

    public int shard() {
        return shard;
    }

    /** Higher than the epoch of every owner before. */
    public long epoch() {
        return epoch;
    }

    /** Whether Redis confirmed the ownership within this time. */
    public boolean isFresh(Duration within) {
        return !fenced.get() && nanoTime.getAsLong() - confirmedAt <= within.toNanos();
    }

    /** The generation of {@link OwnershipProof} in which Kafka last confirmed the ownership. */
    long provenIn() {
        return provenIn;
    }

    void proven(long generation) {
        // Nothing was written since the connection broke, and so nothing was confirmed.
        lostFrom = confirmedAt - LOST_AT_MOST.toNanos();
        provenIn = generation;
    }

    /** When Redis last confirmed the ownership, as {@link System#nanoTime}; not before a write under this lease. */
    public long confirmedAt() {
        return confirmedAt;
    }

    /**
     * Whether Redis may have lost a write when it last broke.
     *
     * @param writtenAt {@link #confirmedAt} right after the write
     */
    public boolean mayHaveLost(long writtenAt) {
        return writtenAt - lostFrom >= 0;
    }

    /**
     * Whether no break of Redis from now on can lose a write any more.
     *
     * @param writtenAt {@link #confirmedAt} right after the write
     */
    public boolean isSafe(long writtenAt) {
        return confirmedAt - writtenAt > LOST_AT_MOST.toNanos();
    }

    /** @param askedAt when the confirming call began, since the answer can be old when it is read */
    void confirmed(long askedAt) {
        confirmedAt = Math.max(confirmedAt, askedAt);
    }

    FencedException fenced() {
        if (fenced.compareAndSet(false, true)) {
            whenFenced.run();
        }
        return new FencedException(shard, epoch);
    }
}
