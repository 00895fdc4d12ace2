package dev.merpati.model.outage;

import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * Tells the first failure of an outage from all that follow, so that a service that is away for a minute is one line in
 * a log and not one for each call. Thread-safe; never blocks for long.
 *
 * <p>An outage is over at the first success after a quiet time without failures: a part of a cluster can be away while
 * other calls succeed, and that is one outage too.
 */
public final class Outage {
    private final Duration quiet;
    private final LongSupplier nanoTime;
    private volatile boolean lasting;
    private long since;
    private long lastFailure;

    /** @param nanoTime as {@link System#nanoTime} */
    public Outage(Duration quiet, LongSupplier nanoTime) {
        this.quiet = quiet;
        this.nanoTime = nanoTime;
    }

    /** A call failed; returns whether that is the beginning of an outage. */
    public synchronized boolean failed() {
        boolean begins = !lasting;
        lastFailure = nanoTime.getAsLong();
        if (begins) {
            since = lastFailure;
            lasting = true;
        }
        return begins;
    }

    /** A call succeeded; returns whether that is the end of an outage. */
    public boolean succeeded() {
        return lasting && endsNow();
    }

    /** From the first failure to the last one of the latest outage. */
    public synchronized Duration length() {
        return Duration.ofNanos(lastFailure - since);
    }

    private synchronized boolean endsNow() {
        boolean ends = lasting && nanoTime.getAsLong() - lastFailure >= quiet.toNanos();
        if (ends) {
            lasting = false;
        }
        return ends;
    }
}
