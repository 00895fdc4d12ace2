package dev.merpati.dispatcher.webhook;

import java.time.Duration;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * When an event is tried again, and when it is given up. Thread-safe when the random generator is.
 *
 * @param first the pause after the first failure; each further one is three times as long
 * @param longest the longest pause
 * @param giveUpAfter the time from the first attempt on
 */
record RetrySchedule(Duration first, Duration longest, Duration giveUpAfter, RandomGenerator random) {
    /** So many attempts are made however long they take: a dispatcher that was away is no reason to give up. */
    static final int FEWEST_ATTEMPTS = 5;

    private static final double FACTOR = 3;
    private static final double JITTER = 0.2;

    /**
     * Returns the pause until the next attempt, in ms.
     *
     * @param attempts how many have failed, 1 or more
     * @param retryAfter what the endpoint asked for
     */
    long pause(int attempts, @Nullable Duration retryAfter) {
        double millis =
                Math.min((double) longest.toMillis(), (double) first.toMillis() * Math.pow(FACTOR, attempts - 1.0));
        return Math.max(jittered(millis), retryAfter == null ? 0 : bounded(retryAfter));
    }

    /** Returns the pause before the endpoint's next probe, in ms: doubling, up to a bound. */
    long probePause(int pauses, Duration longestPause) {
        return jittered(
                Math.min((double) longestPause.toMillis(), (double) first.toMillis() * Math.pow(2, pauses - 1.0)));
    }

    /** Returns what the endpoint asked for in ms, as far as it is obeyed. */
    long bounded(Duration retryAfter) {
        return Math.min(retryAfter.toMillis(), longest.toMillis());
    }

    boolean isOver(int attempts, long firstAttempt, long now) {
        return attempts >= FEWEST_ATTEMPTS && now - firstAttempt >= giveUpAfter.toMillis();
    }

    private long jittered(double millis) {
        return Math.max(1, Math.round(millis * (1 - JITTER + 2 * JITTER * random.nextDouble())));
    }
}
