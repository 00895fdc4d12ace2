package dev.merpati.worker.consumer;

import java.time.Duration;
import java.util.function.LongSupplier;

/** What the poll thread shows of itself to those who judge its health. Thread-safe. */
public final class PollPulse {
    private final LongSupplier nanoTime;
    private volatile long lastPoll;
    private volatile boolean member;
    private volatile boolean shutOut;
    private volatile Drain drain = Drain.NONE;

    public PollPulse(LongSupplier nanoTime) {
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

    /** Whether Kafka has given this worker its part of the shards, which can be none. */
    public boolean isMember() {
        return member;
    }

    /** Whether another worker of the same id took this one's place: only a restart helps. */
    public boolean isShutOut() {
        return shutOut;
    }

    public Drain drain() {
        return drain;
    }
}
