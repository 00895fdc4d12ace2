package dev.merpati.clients.kafka;

import java.time.Duration;
import java.util.function.LongSupplier;

/** The state of the poll thread and of the group membership, for health checks. Thread-safe. */
public final class ConsumerStatus {
    private final LongSupplier nanoTime;
    private volatile long lastPoll;
    private volatile boolean member;
    private volatile boolean shutOut;

    /** @param nanoTime as {@link System#nanoTime} */
    public ConsumerStatus(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
        this.lastPoll = nanoTime.getAsLong();
    }

    /** Tells that the poll thread is alive. */
    public void polled() {
        lastPoll = nanoTime.getAsLong();
    }

    /** As {@link System#nanoTime}. */
    long now() {
        return nanoTime.getAsLong();
    }

    void member(boolean isMember) {
        member = isMember;
    }

    void shutOut() {
        member = false;
        shutOut = true;
    }

    public Duration sinceLastPoll() {
        return Duration.ofNanos(nanoTime.getAsLong() - lastPoll);
    }

    /** Whether Kafka has assigned this member its share of the partitions, which can be none. */
    public boolean isMember() {
        return member;
    }

    /** Whether another member with the same id took this one's place; only a restart helps. */
    public boolean isShutOut() {
        return shutOut;
    }
}
