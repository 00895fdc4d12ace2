package dev.merpati.worker.session;

import dev.merpati.model.outcome.Receipt;
import dev.merpati.model.session.Disconnection;
import dev.merpati.model.session.SessionRecord;
import dev.merpati.model.session.SessionStatus;
import dev.merpati.worker.credentials.UnreadableCredentialsException;
import dev.merpati.worker.fencing.FencedException;
import dev.merpati.worker.fencing.FencedRetry;
import dev.merpati.worker.fencing.RedisUnavailableException;
import dev.merpati.worker.fencing.ShardLease;
import dev.merpati.worker.settings.ConnectionSettings;
import dev.merpati.worker.timing.StopSignal;
import dev.merpati.worker.whatsapp.CloseReason;
import dev.merpati.worker.whatsapp.ConnectionRequest;
import dev.merpati.worker.whatsapp.Credentials;
import java.time.Duration;
import java.util.Locale;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Opens a session's connections, one after the other, and decides what follows each. Thread-safe.
 *
 * <p>A session with credentials is connected again and again for as long as it exists, unless WhatsApp said that this is
 * of no use. One without shows QR codes for a while. Before each connection is opened, ownership of the shard is
 * confirmed: two workers must never take a session from each other in turn.
 */
final class ConnectionKeeper {
    private static final Logger log = LoggerFactory.getLogger(ConnectionKeeper.class);

    private final UUID sessionId;
    private final ShardLease lease;
    private final SessionServices services;
    private final ConnectionSettings settings;
    private final LinkState state;
    private final StatusBoard board;
    private final CredentialsGate credentials;
    private final FencedRetry retry;

    ConnectionKeeper(
            UUID sessionId,
            ShardLease lease,
            SessionServices services,
            StopSignal stop,
            LinkState state,
            StatusBoard board,
            CredentialsGate credentials) {
        this.sessionId = sessionId;
        this.lease = lease;
        this.services = services;
        this.settings = services.settings().worker().connections();
        this.state = state;
        this.board = board;
        this.credentials = credentials;
        this.retry = new FencedRetry(services.commandBackoff(), stop);
    }

    void start(SessionRecord record, boolean hasCredentials, Duration delay) {
        state.locked(() -> {
            if (state.phase() != LinkPhase.LOADING) {
                return;
            }
            state.paired = hasCredentials;
            // With credentials it is worth another try: this worker may be a newer release than the one before.
            if (record.status() == SessionStatus.DISCONNECTED && !hasCredentials) {
                state.disconnection = record.disconnection();
                state.moveTo(LinkPhase.DOWN);
            } else {
                board.show(SessionView.connecting());
                connectAfter(delay);
            }
        });
    }

    /** Begins to connect without a back-off; returns false when the link is over. */
    boolean connectNow() {
        return state.locked(() -> {
            if (!state.isOver()) {
                connectAfter(Duration.ZERO);
            }
            return !state.isOver();
        });
    }

    void qrCode(ConnectionAttempt from, SessionView.QrCode code) {
        ifCurrent(from, () -> {
            if (state.isFirstCode()) {
                long timed = state.pairing();
                services.timers().after(services.settings().worker().pairing().timeout(), () -> pairingTimedOut(timed));
            }
            state.moveTo(LinkPhase.SHOWING_QR);
            board.show(SessionView.qr(code));
        });
    }

    void connected(ConnectionAttempt from, String phoneNumber) {
        ifCurrent(from, () -> {
            from.onlineSince(services.clock().instant());
            state.endPairing();
            state.paired = true;
            state.moveTo(LinkPhase.ONLINE);
            board.show(SessionView.connected(phoneNumber));
            log.info("Session {} is connected", sessionId);
        });
    }

    void saveCredentials(ConnectionAttempt from, Credentials toSave) {
        try {
            if (credentials.save(toSave, () -> !from.isGivenUp())) {
                ifCurrent(from, () -> state.paired = true);
            }
        } catch (RedisUnavailableException | FencedException e) {
            throw e;
        } catch (RuntimeException e) {
            log.error("The credentials of session {} cannot be saved: {}", sessionId, e.toString());
            throw e;
        }
    }

    void receipt(String messageId, Receipt receipt) {
        retry.untilDone("Noting a receipt", () -> {
            services.commands().receipt(lease, messageId, receipt);
            return true;
        });
    }

    void closed(ConnectionAttempt from, CloseReason reason) {
        ifCurrent(from, () -> {
            log.info("Session {}: the connection is over: {}", sessionId, reason);
            if (from.wasOnlineFor(settings.stableAfter(), services.clock().instant())) {
                state.failures = 0;
            }
            state.takeAttempt();
            next(reason);
        });
    }

    private void next(CloseReason reason) {
        switch (reason) {
            case CLOSED, NETWORK, UNAVAILABLE, LOGIN_TIMEOUT, REPLACED -> retryAfterBackoff(reason.name());
            case RATE_LIMITED -> retryAfter(services.rateLimitedWait(), reason.name());
            case QR_CODES_EXHAUSTED -> connectAfter(Duration.ZERO);
            case LOGGED_OUT -> goDownForGood(Disconnection.LOGGED_OUT);
            case BANNED -> goDownForGood(Disconnection.BANNED);
            case CLIENT_OUTDATED -> goDown(Disconnection.CLIENT_OUTDATED);
            case LINKING_REFUSED -> goDown(Disconnection.PAIRING_REFUSED);
        }
    }

    private void retryAfterBackoff(String reason) {
        retryAfter(services.connectionBackoff().after(++state.failures), reason);
    }

    private void retryAfter(Duration delay, String reason) {
        services.metrics().reconnecting(reason.toLowerCase(Locale.ROOT));
        board.show(SessionView.connecting());
        connectAfter(delay);
    }

    private void goDown(@Nullable Disconnection why) {
        state.endPairing();
        state.disconnection = why;
        state.moveTo(LinkPhase.DOWN);
        board.show(SessionView.disconnected(why));
    }

    /** The credentials are void as well. */
    private void goDownForGood(Disconnection why) {
        goDown(why);
        state.paired = false;
        long decided = state.round();
        services.timers().after(Duration.ZERO, () -> credentials.drop(() -> state.isRound(decided)));
    }

    private void pairingTimedOut(long timed) {
        ConnectionAttempt old = state.locked(() -> {
            if (state.pairing() != timed || state.isOver()) {
                return null;
            }
            log.info("Session {}: nobody scanned the QR code", sessionId);
            ConnectionAttempt taken = state.takeAttempt();
            goDown(null);
            return taken;
        });
        if (old != null) {
            old.abort();
        }
    }

    /** Plans the next connection; what was planned before becomes void. */
    private void connectAfter(Duration delay) {
        state.moveTo(LinkPhase.WAITING);
        long planned = state.round();
        services.timers().after(delay, () -> {
            if (state.isRound(planned)) {
                services.pacer().admit(permit -> open(planned, permit));
            }
        });
    }

    private void open(long planned, LoginPacer.Permit permit) {
        boolean opened = false;
        try {
            if (state.isRound(planned)) {
                services.leases().confirm(lease);
                Credentials stored = services.credentials().load(sessionId);
                opened = state.locked(() -> state.isRound(planned) && open(permit, stored));
            }
        } catch (FencedException e) {
            log.debug("Session {} is not connected: {}", sessionId, e.getMessage());
        } catch (UnreadableCredentialsException e) {
            log.error("The credentials of session {} cannot be read: {}", sessionId, e.getMessage());
            ifRound(planned, () -> goDown(Disconnection.CREDENTIALS_UNREADABLE));
        } catch (RedisUnavailableException e) {
            log.debug("Session {} waits for Redis: {}", sessionId, e.toString());
            ifRound(planned, () -> retryAfterBackoff("not_opened"));
        } catch (RuntimeException e) {
            log.warn("Session {} cannot be connected now: {}", sessionId, e.toString());
            ifRound(planned, () -> retryAfterBackoff("not_opened"));
        } finally {
            if (!opened) {
                permit.release();
            }
        }
    }

    private boolean open(LoginPacer.Permit permit, @Nullable Credentials stored) {
        if (state.paired && stored == null) {
            goDown(Disconnection.CREDENTIALS_LOST); // only a person with the phone can help
            return false;
        }
        String deviceName = services.settings().whatsapp().deviceName();
        ConnectionRequest request = new ConnectionRequest(sessionId, state.paired ? stored : null, deviceName);
        state.opened(new ConnectionAttempt(this, permit, services.connector(), request));
        return true;
    }

    private void ifCurrent(ConnectionAttempt from, Runnable action) {
        state.locked(() -> {
            if (state.isCurrent(from)) {
                action.run();
            }
        });
    }

    private void ifRound(long round, Runnable action) {
        state.locked(() -> {
            if (state.isRound(round)) {
                action.run();
            }
        });
    }
}
