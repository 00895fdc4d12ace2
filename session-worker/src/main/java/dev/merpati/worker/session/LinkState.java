package dev.merpati.worker.session;

import dev.merpati.model.outcome.FailureCode;
import dev.merpati.model.session.Disconnection;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What a link knows of itself, and the waiting for it to change. What belongs together is done in one {@link #locked};
 * the fields, and what does not say otherwise, are for within.
 */
final class LinkState {
    /** Bounds how late somebody who waits notices that the time is up when the machine was asleep. */
    private static final Duration LONGEST_WAIT = Duration.ofSeconds(1);

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final InstantSource clock;
    private final SessionMetrics metrics;

    /** Whether there are credentials, as far as is known. */
    boolean paired;
    /** Why the session is down. */
    @Nullable
    Disconnection disconnection;
    /** How many connections in a row did not last. */
    int failures;

    private LinkPhase phase = LinkPhase.LOADING;
    private boolean deleting;
    private @Nullable ConnectionAttempt attempt;
    private long round;
    private long pairing;
    private boolean codeShown;

    LinkState(InstantSource clock, SessionMetrics metrics) {
        this.clock = clock;
        this.metrics = metrics;
        metrics.moved(null, phase.countsAs());
    }

    /** Does something while nobody else changes or reads the state; may be nested. */
    void locked(Runnable action) {
        lock.lock();
        try {
            action.run();
        } finally {
            lock.unlock();
        }
    }

    /** As {@link #locked(Runnable)}, with a result. */
    <T extends @Nullable Object> T locked(Supplier<T> action) {
        lock.lock();
        try {
            return action.get();
        } finally {
            lock.unlock();
        }
    }

    LinkPhase phase() {
        return phase;
    }

    /** Grows with every change of phase: what was planned in an earlier one is void. */
    long round() {
        return round;
    }

    /** From anywhere. */
    boolean isRound(long expected) {
        return locked(() -> round == expected);
    }

    /** A link that is leaving or deleted stays so. */
    void moveTo(LinkPhase next) {
        if (isOver()) {
            return;
        }
        metrics.moved(phase.countsAs(), next.countsAs());
        phase = next;
        round++;
        changed.signalAll();
    }

    /** Whether it moves away or is deleted; from anywhere. */
    boolean isOver() {
        return locked(() -> phase == LinkPhase.LEAVING || phase == LinkPhase.DELETED);
    }

    void opened(ConnectionAttempt opened) {
        attempt = opened;
        moveTo(LinkPhase.OPENING);
    }

    @Nullable
    ConnectionAttempt attempt() {
        return attempt;
    }

    /** Gives the attempt to the caller, who ends it; what it still tells counts for nothing. */
    @Nullable
    ConnectionAttempt takeAttempt() {
        ConnectionAttempt taken = attempt;
        attempt = null;
        return taken;
    }

    boolean isCurrent(ConnectionAttempt from) {
        return from == attempt && !isOver();
    }

    void beginDeleting() {
        deleting = true;
        changed.signalAll();
    }

    void beginPairing() {
        paired = false;
        disconnection = null;
        failures = 0;
        endPairing();
    }

    /** Makes void what was timed for the pairing that was under way. */
    void endPairing() {
        pairing++;
        codeShown = false;
    }

    long pairing() {
        return pairing;
    }

    /** Whether the pairing has shown no code yet; from now on it has. */
    boolean isFirstCode() {
        boolean first = !codeShown;
        codeShown = true;
        return first;
    }

    Readiness awaitReady(Instant until) {
        Readiness readiness = readiness();
        while (readiness == null) {
            if (!awaitChange(until)) {
                return new Readiness.TimedOut();
            }
            readiness = readiness();
        }
        return readiness;
    }

    /** Waits until the link is leaving or to be deleted, or the time is up. */
    void awaitOver(Instant until) {
        boolean inTime = true;
        while (inTime && !isOver() && !deleting) {
            inTime = awaitChange(until);
        }
    }

    void awaitOnlineIfPaired(Instant until) {
        boolean inTime = true;
        while (inTime && paired && (phase == LinkPhase.WAITING || phase == LinkPhase.OPENING)) {
            inTime = awaitChange(until);
        }
    }

    /** Null while that is open. */
    private @Nullable Readiness readiness() {
        ConnectionAttempt current = attempt;
        if (phase == LinkPhase.LEAVING) {
            return new Readiness.Moving();
        }
        if (deleting) {
            return new Readiness.Unavailable(FailureCode.SESSION_DELETED);
        }
        return switch (phase) {
            case LOADING -> null;
            case WAITING, OPENING -> paired ? null : new Readiness.Unavailable(FailureCode.SESSION_NOT_CONNECTED);
            case ONLINE -> current == null ? null : new Readiness.Ready(current);
            case SHOWING_QR -> new Readiness.Unavailable(FailureCode.SESSION_NOT_CONNECTED);
            case DOWN -> new Readiness.Unavailable(whyDown());
            case DELETED -> new Readiness.Unavailable(FailureCode.SESSION_DELETED);
            case LEAVING -> new Readiness.Moving();
        };
    }

    private FailureCode whyDown() {
        if (disconnection == Disconnection.LOGGED_OUT) {
            return FailureCode.LOGGED_OUT;
        }
        return disconnection == Disconnection.BANNED ? FailureCode.BANNED : FailureCode.SESSION_NOT_CONNECTED;
    }

    /** Returns false when the time is up, or the thread was interrupted, which ends every wait. */
    @SuppressWarnings("WaitNotInLoop") // The callers loop.
    private boolean awaitChange(Instant until) {
        Duration left = Duration.between(clock.instant(), until);
        if (!left.isPositive()) {
            return false;
        }
        Duration wait = left.compareTo(LONGEST_WAIT) < 0 ? left : LONGEST_WAIT;
        try {
            changed.awaitNanos(wait.toNanos());
            return true;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
