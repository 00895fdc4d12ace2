package dev.merpati.worker.connection;

import dev.merpati.model.outcome.FailureCode;
import dev.merpati.model.session.Disconnection;
import dev.merpati.worker.connection.ConnectionAccess.Readiness;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Connection state behind one lock, with blocking waits for changes. Compound changes are made within {@link #locked};
 * methods that do not say otherwise are for within.
 */
final class ConnectionState {
    /** Bounds how late a waiter notices that its time is up when the machine was asleep. */
    private static final Duration LONGEST_WAIT = Duration.ofSeconds(1);

    /** WhatsApp takes a code only for as long as the connection's QR codes last: 160 s together, as far as is known. */
    private static final Duration FRESH_CODES = Duration.ofSeconds(45);

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final InstantSource clock;
    private final ConnectionMetrics metrics;

    private ConnectionPhase phase = ConnectionPhase.LOADING;
    private long generation;
    private boolean paired;
    private @Nullable Disconnection disconnection;
    private @Nullable OpenConnection current;
    private boolean deleting;
    private long pairing;
    private boolean codeShown;
    private Instant codesSince = Instant.MIN;
    private String lastEnd = ConnectionMetrics.NO_END;

    ConnectionState(InstantSource clock, ConnectionMetrics metrics) {
        this.clock = clock;
        this.metrics = metrics;
        metrics.moved(null, place());
    }

    /** Runs something while nobody else reads or changes the state; may be nested. */
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

    ConnectionPhase phase() {
        return phase;
    }

    /** Grows with every change of phase: what was planned in an earlier one is void. */
    long generation() {
        return generation;
    }

    /** From anywhere. */
    boolean isGeneration(long expected) {
        return locked(() -> generation == expected);
    }

    /** Whether the session moves away or is deleted, after which nothing changes; from anywhere. */
    boolean isOver() {
        return locked(() -> phase == ConnectionPhase.LEAVING || phase == ConnectionPhase.DELETED);
    }

    void moveTo(ConnectionPhase next) {
        if (isOver()) {
            return;
        }
        ConnectionMetrics.Place before = place();
        phase = next;
        generation++;
        metrics.moved(before, place());
        changed.signalAll();
    }

    private ConnectionMetrics.Place place() {
        return new ConnectionMetrics.Place(phase, lastEnd);
    }

    /**
     * Notes why the connection, or the try to open one, ended.
     *
     * @param reason one of a fixed set, for the metrics
     */
    void ended(String reason) {
        metrics.ended(reason);
        ConnectionMetrics.Place before = place();
        lastEnd = reason;
        metrics.moved(before, place());
    }

    void disconnected(@Nullable Disconnection why) {
        disconnection = why;
        moveTo(ConnectionPhase.DISCONNECTED);
    }

    /** Whether there are credentials, as far as is known. */
    boolean isPaired() {
        return paired;
    }

    void setPaired(boolean now) {
        paired = now;
    }

    void opened(OpenConnection opened) {
        current = opened;
        moveTo(ConnectionPhase.OPENING);
    }

    @Nullable
    OpenConnection current() {
        return current;
    }

    boolean isCurrent(OpenConnection connection) {
        return connection == current && !isOver();
    }

    /** Gives the current connection to the caller, who ends it; what it still tells counts for nothing. */
    @Nullable
    OpenConnection takeCurrent() {
        OpenConnection taken = current;
        current = null;
        return taken;
    }

    /** From now on no command may begin. */
    void beginDeleting() {
        deleting = true;
        changed.signalAll();
    }

    boolean isDeleting() {
        return deleting;
    }

    void beginPairing() {
        paired = false;
        disconnection = null;
        endPairing();
        moveTo(ConnectionPhase.WAITING);
    }

    /** Makes the time limit of the pairing under way void. */
    void endPairing() {
        pairing++;
        codeShown = false;
    }

    /** Grows with every pairing: a time limit that was set for an earlier one is void. */
    long pairing() {
        return pairing;
    }

    /** Whether the session was showing codes, or waiting for a passkey, until now. */
    boolean isPairing() {
        return phase == ConnectionPhase.SHOWING_QR || phase == ConnectionPhase.AWAITING_PASSKEY;
    }

    /** Returns whether the pairing had shown no code before. */
    boolean showingFirstCode() {
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

    /** Waits until the session moves away or is to be deleted, or the time is up. */
    void awaitOver(Instant until) {
        boolean inTime = true;
        while (inTime && !isOver() && !deleting) {
            inTime = awaitChange(until);
        }
    }

    /** Whether other codes have to be shown before a phone can be linked by one that is typed in. */
    boolean needsOtherCodes() {
        return switch (phase) {
            case DISCONNECTED -> !paired;
            case AWAITING_PASSKEY -> true;
            case SHOWING_QR -> codesSince.plus(FRESH_CODES).isBefore(clock.instant());
            case LOADING, WAITING, OPENING, ONLINE, LEAVING, DELETED -> false;
        };
    }

    void showingCodes() {
        if (phase != ConnectionPhase.SHOWING_QR) {
            codesSince = clock.instant();
        }
        moveTo(ConnectionPhase.SHOWING_QR);
    }

    /** Waits until the session shows codes, or it is known that it will not, or the time is up. */
    void awaitCodes(Instant until) {
        boolean inTime = true;
        while (inTime
                && !paired
                && !deleting
                && (phase == ConnectionPhase.WAITING || phase == ConnectionPhase.OPENING)) {
            inTime = awaitChange(until);
        }
    }

    void awaitOnlineIfPaired(Instant until) {
        boolean inTime = true;
        while (inTime && paired && (phase == ConnectionPhase.WAITING || phase == ConnectionPhase.OPENING)) {
            inTime = awaitChange(until);
        }
    }

    /** What can be done with the codes that the session shows, or why there are none. */
    Readiness codes() {
        return switch (phase) {
            case SHOWING_QR -> ready(FailureCode.SESSION_NOT_CONNECTED);
            case LOADING, WAITING, OPENING ->
                paired ? unavailable(FailureCode.SESSION_ALREADY_CONNECTED) : new Readiness.TimedOut();
            case DISCONNECTED ->
                unavailable(paired ? FailureCode.SESSION_ALREADY_CONNECTED : FailureCode.SESSION_NOT_CONNECTED);
            case ONLINE -> unavailable(FailureCode.SESSION_ALREADY_CONNECTED);
            case AWAITING_PASSKEY -> unavailable(FailureCode.SESSION_NOT_CONNECTED);
            case LEAVING -> new Readiness.Moving();
            case DELETED -> unavailable(FailureCode.SESSION_DELETED);
        };
    }

    Readiness passkey() {
        return switch (phase) {
            case AWAITING_PASSKEY -> ready(FailureCode.PASSKEY_NOT_REQUESTED);
            case LOADING, WAITING, OPENING, SHOWING_QR, DISCONNECTED, ONLINE ->
                unavailable(FailureCode.PASSKEY_NOT_REQUESTED);
            case LEAVING -> new Readiness.Moving();
            case DELETED -> unavailable(FailureCode.SESSION_DELETED);
        };
    }

    private Readiness ready(FailureCode otherwise) {
        if (deleting) {
            return unavailable(FailureCode.SESSION_DELETED);
        }
        return current == null ? unavailable(otherwise) : new Readiness.Ready(current);
    }

    private static Readiness unavailable(FailureCode code) {
        return new Readiness.Unavailable(code);
    }

    /** Null while that is open. */
    private @Nullable Readiness readiness() {
        if (phase == ConnectionPhase.LEAVING) {
            return new Readiness.Moving();
        }
        if (deleting) {
            return new Readiness.Unavailable(FailureCode.SESSION_DELETED);
        }
        return switch (phase) {
            case LOADING -> null;
            case WAITING, OPENING -> paired ? null : new Readiness.Unavailable(FailureCode.SESSION_NOT_CONNECTED);
            case ONLINE -> current == null ? null : new Readiness.Ready(current);
            case SHOWING_QR, AWAITING_PASSKEY -> new Readiness.Unavailable(FailureCode.SESSION_NOT_CONNECTED);
            case DISCONNECTED -> new Readiness.Unavailable(whyDisconnected());
            case DELETED -> new Readiness.Unavailable(FailureCode.SESSION_DELETED);
            case LEAVING -> new Readiness.Moving();
        };
    }

    private FailureCode whyDisconnected() {
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
