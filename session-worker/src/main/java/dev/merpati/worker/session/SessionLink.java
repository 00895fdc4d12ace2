package dev.merpati.worker.session;

import dev.merpati.model.outcome.FailureCode;
import dev.merpati.model.outcome.Receipt;
import dev.merpati.model.session.SessionRecord;
import dev.merpati.model.session.SessionStatus;
import dev.merpati.worker.credentials.UnreadableCredentialsException;
import dev.merpati.worker.fencing.FencedException;
import dev.merpati.worker.fencing.ShardLease;
import dev.merpati.worker.settings.ConnectionSettings;
import dev.merpati.worker.timing.StopSignal;
import dev.merpati.worker.whatsapp.CloseReason;
import dev.merpati.worker.whatsapp.ConnectionRequest;
import dev.merpati.worker.whatsapp.Credentials;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.UUID;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps one session connected to WhatsApp as far as it can be, and shows how it stands. Thread-safe.
 *
 * <p>A session with credentials is connected again and again for as long as it exists, unless WhatsApp said that this is
 * of no use. One without shows QR codes for a while. Before each connection is opened, ownership of the shard is
 * confirmed: two workers must never take a session from each other in turn.
 */
final class SessionLink {
    private static final Logger log = LoggerFactory.getLogger(SessionLink.class);

    private final UUID sessionId;
    private final ShardLease lease;
    private final SessionServices services;
    private final ConnectionSettings settings;
    private final StatusBoard board;
    private final CredentialsGate credentials;
    private final ReentrantLock lock = new ReentrantLock();
    private final LinkState state;

    SessionLink(UUID sessionId, ShardLease lease, SessionServices services, StopSignal stop, Runnable whenMissing) {
        this.sessionId = sessionId;
        this.lease = lease;
        this.services = services;
        this.settings = services.settings().worker().connections();
        this.credentials = new CredentialsGate(sessionId, lease, services, stop);
        this.board = new StatusBoard(
                sessionId, lease, services.sessions(), services.timers(), services.commandBackoff(), whenMissing);
        this.state = new LinkState(lock, services.clock(), services.metrics());
    }

    /** Begins to connect, unless the session was left disconnected; does nothing when it has been started before. */
    void start(SessionRecord record, boolean hasCredentials, Duration delay) {
        locked(() -> {
            if (state.phase() != LinkPhase.LOADING) {
                return;
            }
            state.paired = hasCredentials;
            // With credentials it is worth another try: this worker may be a newer release than the one before.
            if (record.status() == SessionStatus.DISCONNECTED && !hasCredentials) {
                state.failure = record.failure();
                state.moveTo(LinkPhase.DOWN);
            } else {
                board.show(SessionView.connecting());
                connectAfter(delay);
            }
        });
    }

    /** Waits until the session can send, or until it is known that it will not. */
    Readiness awaitReady(Instant until) {
        lock.lock();
        try {
            return state.awaitReady(until);
        } finally {
            lock.unlock();
        }
    }

    /** Waits between two tries; returns early when the session moves away or is deleted. */
    void pause(Duration duration) {
        Instant until = services.clock().instant().plus(duration);
        locked(() -> state.awaitOver(until));
    }

    /**
     * Unlinks the device if WhatsApp can be reached, drops the credentials and begins to pair a new device.
     *
     * @return false when the session moves to another worker before that
     */
    boolean pairAnew() {
        ConnectionAttempt old;
        boolean online;
        lock.lock();
        try {
            if (state.isOver()) {
                return false;
            }
            online = state.phase() == LinkPhase.ONLINE;
            old = state.takeAttempt();
            state.beginPairing();
            state.moveTo(LinkPhase.WAITING);
            board.show(SessionView.connecting());
        } finally {
            lock.unlock();
        }
        end(old, online);
        if (!credentials.drop(() -> true)) {
            return false;
        }
        lock.lock();
        try {
            if (!state.isOver()) {
                connectAfter(Duration.ZERO);
            }
            return !state.isOver();
        } finally {
            lock.unlock();
        }
    }

    /** Unlinks the device if WhatsApp can be reached in time, and ends the link for good. */
    void endForDeletion() {
        ConnectionAttempt old;
        boolean online;
        lock.lock();
        try {
            state.beginDeleting();
            state.awaitOnlineIfPaired(services.clock().instant().plus(settings.unlinkTimeout()));
            online = state.phase() == LinkPhase.ONLINE;
            old = state.takeAttempt();
            if (state.phase() != LinkPhase.LEAVING) {
                state.moveTo(LinkPhase.DELETED);
            }
        } finally {
            lock.unlock();
        }
        end(old, online);
        board.close();
    }

    /** Ends the link of a session that is no longer there. */
    void vanish() {
        locked(() -> {
            state.beginDeleting();
            state.moveTo(LinkPhase.DELETED);
        });
        board.close();
        ConnectionAttempt old = attempt();
        if (old != null) {
            old.abort();
        }
    }

    /** Lets no further command begin and opens no further connection; the one that is open still serves. */
    void leave() {
        locked(() -> state.moveTo(LinkPhase.LEAVING));
        board.close();
    }

    /** Saves settled credentials and closes the connection, for the next owner. */
    void close(Duration timeout) {
        leave();
        ConnectionAttempt old = attempt();
        if (old != null) {
            old.close(timeout);
        }
    }

    /** Closes the socket at once and writes nothing more. */
    void abort() {
        leave();
        ConnectionAttempt old = attempt();
        if (old != null) {
            old.abort();
        }
    }

    void qrCode(ConnectionAttempt from, SessionView.QrCode code) {
        locked(() -> {
            if (!state.isCurrent(from)) {
                return;
            }
            if (state.isFirstCode()) {
                long timed = state.pairing();
                services.timers().after(services.settings().worker().pairing().timeout(), () -> pairingTimedOut(timed));
            }
            state.moveTo(LinkPhase.SHOWING_QR);
            board.show(SessionView.qr(code));
        });
    }

    void connected(ConnectionAttempt from, String phoneNumber) {
        locked(() -> {
            if (state.isCurrent(from)) {
                from.onlineSince(services.clock().instant());
                state.endPairing();
                state.paired = true;
                state.moveTo(LinkPhase.ONLINE);
                board.show(SessionView.connected(phoneNumber));
                log.info("Session {} is connected", sessionId);
            }
        });
    }

    void saveCredentials(ConnectionAttempt from, Credentials toSave) {
        if (credentials.save(toSave, () -> !from.isGivenUp())) {
            locked(() -> state.paired |= state.isCurrent(from));
        }
    }

    void receipt(String messageId, Receipt receipt) {
        services.commands().receipt(lease, messageId, receipt);
    }

    void closed(ConnectionAttempt from, CloseReason reason) {
        long decided;
        lock.lock();
        try {
            if (!state.isCurrent(from)) {
                return;
            }
            log.info("Session {}: the connection is over: {}", sessionId, reason);
            if (from.wasOnlineFor(settings.stableAfter(), services.clock().instant())) {
                state.failures = 0;
            }
            state.takeAttempt();
            next(reason);
            decided = state.round();
        } finally {
            lock.unlock();
        }
        if (voidsCredentials(reason)) {
            credentials.drop(() -> isRound(decided));
        }
    }

    private void next(CloseReason reason) {
        switch (reason) {
            case CLOSED, NETWORK, UNAVAILABLE, LOGIN_TIMEOUT, REPLACED -> retryAfterBackoff(reason.name());
            case RATE_LIMITED -> retryAfter(services.rateLimitedWait(), reason.name());
            case QR_CODES_EXHAUSTED -> connectAfter(Duration.ZERO);
            case LOGGED_OUT -> goDown(FailureCode.LOGGED_OUT);
            case BANNED -> goDown(FailureCode.BANNED);
            case CLIENT_OUTDATED -> goDown(FailureCode.CLIENT_OUTDATED);
            case LINKING_REFUSED -> goDown(FailureCode.LINKING_REFUSED);
        }
        state.paired &= !voidsCredentials(reason);
    }

    private static boolean voidsCredentials(CloseReason reason) {
        return reason == CloseReason.LOGGED_OUT || reason == CloseReason.BANNED;
    }

    private void retryAfterBackoff(String reason) {
        retryAfter(services.connectionBackoff().after(++state.failures), reason);
    }

    private void retryAfter(Duration delay, String reason) {
        services.metrics().reconnecting(reason.toLowerCase(Locale.ROOT));
        board.show(SessionView.connecting());
        connectAfter(delay);
    }

    private void goDown(@Nullable FailureCode why) {
        state.endPairing();
        state.failure = why;
        state.moveTo(LinkPhase.DOWN);
        board.show(SessionView.disconnected(why));
    }

    private void pairingTimedOut(long timed) {
        ConnectionAttempt old;
        lock.lock();
        try {
            if (state.pairing() != timed || state.isOver()) {
                return;
            }
            log.info("Session {}: nobody scanned the QR code", sessionId);
            old = state.takeAttempt();
            goDown(null);
        } finally {
            lock.unlock();
        }
        end(old, false);
    }

    /** Plans the next connection; what was planned before becomes void. */
    private void connectAfter(Duration delay) {
        state.moveTo(LinkPhase.WAITING);
        long planned = state.round();
        services.timers().after(delay, () -> {
            if (isRound(planned)) {
                services.pacer().admit(permit -> open(planned, permit));
            }
        });
    }

    private void open(long planned, LoginPacer.Permit permit) {
        boolean opened = false;
        try {
            if (isRound(planned)) {
                services.leases().confirm(lease);
                opened = open(planned, permit, services.credentials().load(sessionId));
            }
        } catch (FencedException e) {
            log.debug("Session {} is not connected: {}", sessionId, e.getMessage());
        } catch (UnreadableCredentialsException e) {
            log.error("The credentials of session {} cannot be read: {}", sessionId, e.getMessage());
            ifRound(planned, () -> goDown(FailureCode.INTERNAL));
        } catch (RuntimeException e) {
            log.warn("Session {} cannot be connected now: {}", sessionId, e.toString());
            ifRound(planned, () -> retryAfterBackoff("not_opened"));
        } finally {
            if (!opened) {
                permit.release();
            }
        }
    }

    private boolean open(long planned, LoginPacer.Permit permit, @Nullable Credentials stored) {
        lock.lock();
        try {
            if (state.round() != planned) {
                return false;
            }
            if (state.paired && stored == null) {
                goDown(null); // Redis has lost them; only a person with the phone can help.
                return false;
            }
            ConnectionRequest request = new ConnectionRequest(
                    sessionId,
                    state.paired ? stored : null,
                    services.settings().whatsapp().deviceName());
            state.opened(new ConnectionAttempt(this, permit, services.connector(), request));
            return true;
        } finally {
            lock.unlock();
        }
    }

    private void end(@Nullable ConnectionAttempt old, boolean unlink) {
        if (old != null && unlink) {
            old.unlink(settings.unlinkTimeout());
        } else if (old != null) {
            old.abort();
        }
    }

    private @Nullable ConnectionAttempt attempt() {
        lock.lock();
        try {
            return state.attempt();
        } finally {
            lock.unlock();
        }
    }

    private boolean isRound(long round) {
        lock.lock();
        try {
            return state.round() == round;
        } finally {
            lock.unlock();
        }
    }

    private void ifRound(long round, Runnable action) {
        locked(() -> {
            if (state.round() == round) {
                action.run();
            }
        });
    }

    private void locked(Runnable action) {
        lock.lock();
        try {
            action.run();
        } finally {
            lock.unlock();
        }
    }
}
