package dev.merpati.dispatcher.webhook;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How an endpoint does, whatever the session, and how many attempts it may get at once. After a number of failures in a row, or a time
 * in which nothing but failures came, the circuit is open: a single attempt, a probe, is made after a pause, and the pauses grow. A
 * success closes it; then each success allows one more attempt at once. Not thread-safe.
 */
final class Circuit {
    private final int failuresToPause;
    private final long pauseAfter;
    private final int maxParallel;
    private final Duration longestPause;
    private final RetrySchedule schedule;
    private int failures;
    private long failingSince;
    private boolean open;
    private int pauses;
    private long pausedUntil;
    private int limit;

    Circuit(WebhookSettings settings, RetrySchedule schedule) {
        failuresToPause = settings.failuresToPause();
        pauseAfter = settings.pauseAfter().toMillis();
        maxParallel = settings.maxParallel();
        longestPause = settings.longestProbePause();
        this.schedule = schedule;
        limit = maxParallel;
    }

    /** Goes on where a former owner was: begins with a probe when the endpoint was failing. */
    void restore(int storedFailures, long storedFailingSince, boolean storedOpen) {
        failures = storedFailures;
        failingSince = storedFailingSince;
        open = storedOpen || failures >= failuresToPause;
        if (open) {
            limit = 1;
        }
    }

    /** Forgets everything, when the endpoint's owner has enabled or changed it. */
    void reset() {
        failures = 0;
        failingSince = 0;
        open = false;
        pauses = 0;
        pausedUntil = 0;
        limit = Math.min(limit, maxParallel);
    }

    /** Returns whether the circuit was open and is closed now. */
    boolean succeeded() {
        boolean closes = open;
        failures = 0;
        failingSince = 0;
        open = false;
        pauses = 0;
        limit = Math.min(maxParallel, limit + 1);
        return closes;
    }

    /**
     * Records a failed attempt.
     *
     * @param overloaded whether it says that the endpoint is not to be called so much: no answer, or 429 or 503
     * @param retryAfter for how long the endpoint wants to be left alone
     */
    void failed(long now, boolean overloaded, @Nullable Duration retryAfter) {
        failures++;
        if (failingSince == 0) {
            failingSince = now;
        }
        if (overloaded) {
            limit = Math.max(1, limit / 2);
        }
        if (retryAfter != null) {
            pausedUntil = Math.max(pausedUntil, now + schedule.bounded(retryAfter));
            limit = 1;
        }
        // By the time as well: where few sessions wait, failures are few, and each takes as long as an attempt may.
        open = open || failures >= failuresToPause || now - failingSince >= pauseAfter;
        if (open) {
            pause(now);
        }
    }

    /** Opens it, since too many sessions wait. */
    void open(long now) {
        if (failingSince == 0) {
            failingSince = now;
        }
        open = true;
        pause(now);
    }

    /** Pauses although the endpoint did nothing wrong. */
    void pauseUntil(long millis) {
        pausedUntil = Math.max(pausedUntil, millis);
    }

    private void pause(long now) {
        limit = 1;
        // Of attempts that were under way together only the first makes the pause longer.
        if (now >= pausedUntil) {
            pauses++;
            pausedUntil = now + schedule.probePause(pauses, longestPause);
        }
    }

    boolean isOpen() {
        return open;
    }

    boolean isPaused(long now) {
        return now < pausedUntil;
    }

    long pausedUntil() {
        return pausedUntil;
    }

    int limit() {
        return limit;
    }

    int failures() {
        return failures;
    }

    /** In ms since 1970; 0 when the last attempt succeeded. */
    long failingSince() {
        return failingSince;
    }

    /** Whether nothing could be delivered for so long that the endpoint is taken for dead. */
    boolean isDead(long now) {
        return failingSince > 0 && schedule.isOver(failures, failingSince, now);
    }
}
