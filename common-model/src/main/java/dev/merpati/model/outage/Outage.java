package dev.merpati.model.outage;

import java.time.Duration;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Logs each outage of a service once: one line when it begins and one when it ends, instead of one per call.
 * Thread-safe; never blocks for long.
 *
 * <p>An outage ends with the first success after a quiet time without failures: part of a cluster can be away while other
 * calls succeed, and that is one outage too.
 */
public final class Outage {
    private static final Logger log = LoggerFactory.getLogger(Outage.class);

    private final String service;
    private final Duration quiet;
    private final LongSupplier nanoTime;
    private volatile boolean lasting;
    private long since;
    private long lastFailure;

    /**
     * @param service its name, for the log
     * @param quiet longer than the time between two tries of whatever is retried
     * @param nanoTime as {@link System#nanoTime}
     */
    public Outage(String service, Duration quiet, LongSupplier nanoTime) {
        this.service = service;
        this.quiet = quiet;
        this.nanoTime = nanoTime;
    }

    /** Records a failed call; returns whether an outage begins. */
    public boolean failed(Throwable failure) {
        boolean begins = begins();
        if (begins) {
            log.warn("{} is unavailable; further failures are only counted: {}", service, failure.toString());
        }
        return begins;
    }

    /** Records a successful call; returns whether an outage ends. */
    public boolean succeeded() {
        boolean ends = lasting && ends();
        if (ends) {
            log.info("{} is available again after {} s", service, length().toSeconds());
        }
        return ends;
    }

    /** Returns the time from the first failure to the last of the latest outage. */
    synchronized Duration length() {
        return Duration.ofNanos(lastFailure - since);
    }

    private synchronized boolean begins() {
        boolean begins = !lasting;
        lastFailure = nanoTime.getAsLong();
        if (begins) {
            since = lastFailure;
            lasting = true;
        }
        return begins;
    }

    private synchronized boolean ends() {
        boolean ends = lasting && nanoTime.getAsLong() - lastFailure >= quiet.toNanos();
        if (ends) {
            lasting = false;
        }
        return ends;
    }
}
