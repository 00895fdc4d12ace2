package dev.merpati.worker.session;

import dev.merpati.model.session.SessionRecord;
import dev.merpati.worker.fencing.ShardLease;
import dev.merpati.worker.timing.StopSignal;
import java.time.Duration;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Keeps one session connected to WhatsApp as far as it can be, and shows how it stands. Thread-safe. What it does by
 * itself is in {@link ConnectionKeeper}; here is what others want of it.
 */
final class SessionLink implements Connectivity {
    private final LinkState state;
    private final StatusBoard board;
    private final CredentialsGate credentials;
    private final ConnectionKeeper keeper;
    private final SessionServices services;
    private final Duration unlinkTimeout;

    /** @param whenMissing runs when the session turns out to exist no more */
    SessionLink(UUID sessionId, ShardLease lease, SessionServices services, StopSignal stop, Runnable whenMissing) {
        this.services = services;
        this.unlinkTimeout = services.settings().worker().connections().unlinkTimeout();
        this.state = new LinkState(services.clock(), services.metrics());
        this.credentials = new CredentialsGate(sessionId, lease, services, stop);
        this.board = new StatusBoard(
                sessionId, lease, services.sessions(), services.timers(), services.commandBackoff(), whenMissing);
        this.keeper = new ConnectionKeeper(sessionId, lease, services, stop, state, board, credentials);
    }

    /** Begins to connect, unless the session was left disconnected; does nothing when it has been started before. */
    void start(SessionRecord record, boolean hasCredentials, Duration delay) {
        keeper.start(record, hasCredentials, delay);
    }

    @Override
    public Readiness awaitReady(Instant until) {
        return state.locked(() -> state.awaitReady(until));
    }

    @Override
    public void pause(Duration duration) {
        Instant until = services.clock().instant().plus(duration);
        state.locked(() -> state.awaitOver(until));
    }

    /**
     * Unlinks the device if WhatsApp can be reached, drops the credentials and begins to pair a new device.
     *
     * @return false when the session moves to another worker before that
     */
    boolean pairAnew() {
        Ended old = state.locked(() -> {
            Ended taken = new Ended(state.phase() == LinkPhase.ONLINE, state.takeAttempt());
            state.beginPairing();
            state.moveTo(LinkPhase.WAITING);
            board.show(SessionView.connecting());
            return taken;
        });
        end(old);
        return credentials.drop(() -> !state.isOver()) && keeper.connectNow();
    }

    /** Shows how the session stands and has its credentials saved once more, since Redis may have lost both. */
    void storeAgain() {
        board.showAgain();
        ConnectionAttempt current = state.locked(() -> state.paired ? state.attempt() : null);
        if (current != null) {
            current.saveAgain();
        }
    }

    /** Unlinks the device if WhatsApp can be reached in time, and ends the link for good. */
    void endForDeletion() {
        Ended old = state.locked(() -> {
            state.beginDeleting();
            state.awaitOnlineIfPaired(services.clock().instant().plus(unlinkTimeout));
            Ended taken = new Ended(state.phase() == LinkPhase.ONLINE, state.takeAttempt());
            state.moveTo(LinkPhase.DELETED);
            return taken;
        });
        end(old);
        board.close();
    }

    /** Ends the link of a session that is no longer there. */
    void vanish() {
        Ended old = state.locked(() -> {
            state.beginDeleting();
            state.moveTo(LinkPhase.DELETED);
            return new Ended(false, state.takeAttempt());
        });
        end(old);
        board.close();
    }

    /** Lets no further command begin and opens no further connection; the one that is open still serves. */
    void leave() {
        state.locked(() -> state.moveTo(LinkPhase.LEAVING));
        board.close();
    }

    /** Saves settled credentials and closes the connection, for the next owner. */
    void close(Duration timeout) {
        leave();
        ConnectionAttempt old = state.attempt();
        if (old != null) {
            old.close(timeout);
        }
    }

    /** Closes the socket at once and writes nothing more. */
    void abort() {
        leave();
        end(new Ended(false, state.attempt()));
    }

    private void end(Ended old) {
        if (old.attempt != null && old.wasOnline) {
            old.attempt.unlink(unlinkTimeout);
        } else if (old.attempt != null) {
            old.attempt.abort();
        }
    }

    private record Ended(boolean wasOnline, @Nullable ConnectionAttempt attempt) {}
}
