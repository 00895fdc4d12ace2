package dev.merpati.dispatcher.stream;

import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/**
 * Notices that Redis may have lost its last writes: whenever a connection to it breaks, a server may have crashed, or a replica that
 * lags behind may have taken its place. Thread-safe.
 */
public final class RedisContinuity {
    private static final long NEVER = Long.MAX_VALUE;

    private final LongSupplier nanoTime;
    private final AtomicLong brokenSince = new AtomicLong(NEVER);

    /** @param nanoTime as {@link System#nanoTime} */
    public RedisContinuity(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
    }

    public void broke() {
        long now = nanoTime.getAsLong();
        brokenSince.accumulateAndGet(now, (before, next) -> before == NEVER ? next : before);
    }

    public boolean isWhole() {
        return brokenSince.get() == NEVER;
    }

    /** Returns when the first break happened that was not returned yet, by the clock of the constructor. */
    public OptionalLong takeBreak() {
        long since = brokenSince.getAndSet(NEVER);
        return since == NEVER ? OptionalLong.empty() : OptionalLong.of(since);
    }
}
