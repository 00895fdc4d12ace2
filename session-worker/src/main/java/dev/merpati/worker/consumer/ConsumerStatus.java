package dev.merpati.worker.consumer;

import java.time.Duration;
import java.util.function.LongSupplier;

/** The state of the poll thread and of the group membership, for health checks and the drain. Thread-safe. */
public final class ConsumerStatus {
    private final LongSupplier nanoTime;
    private volatile long lastPoll;
    private volatile boolean member;
    private volatile boolean shutOut;
    private volatile Drain drain = Drain.NONE;

    public ConsumerStatus(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
        this.lastPoll = nanoTime.getAsLong();
    }

    void polled() {
        lastPoll = nanoTime.getAsLong();
    }

    void member(boolean isMember) {
        member = isMember;
    }

    void shutOut() {
        member = false;
        shutOut = true;
    }

    void drain(Drain reached) {
        drain = reached;
    }

    public Duration sinceLastPoll() {
        return Duration.ofNanos(nanoTime.getAsLong() - lastPoll);
    }

    /** Whether Kafka has assigned this worker its share of the shards, which can be none. */
    public boolean isMember() {
        return member;
    }

    /** Whether another worker with the same id took this one's place; only a restart helps. */
    public boolean isShutOut() {
        return shutOut;
    }

    public Drain drain() {
        return drain;
    }

    /** How far a worker is with leaving its group for good. */
    public enum Drain {
        /** Not asked for. */
        NONE,
        /** It consumes nothing any more and is handing its shards over, or Kafka has not confirmed its leaving yet. */
        DRAINING,
        /** It owns nothing, and Kafka has removed it from the group. */
        DRAINED
    }
}
