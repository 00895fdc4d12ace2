package dev.merpati.worker.connection;

import dev.merpati.clients.timing.Timers;
import dev.merpati.model.outcome.Receipt;
import dev.merpati.model.session.Disconnection;
import dev.merpati.model.session.PasskeyChallenge;
import dev.merpati.model.session.SessionRecord;
import dev.merpati.model.session.SessionStatus;
import dev.merpati.worker.event.SessionEvents;
import dev.merpati.worker.fencing.FencedException;
import dev.merpati.worker.fencing.RedisUnavailableException;
import dev.merpati.worker.settings.WorkerSettings;
import dev.merpati.worker.store.SessionView;
import dev.merpati.worker.whatsapp.ClientVersions;
import dev.merpati.worker.whatsapp.CloseReason;
import dev.merpati.worker.whatsapp.Credentials;
import dev.merpati.worker.whatsapp.IncomingMessage;
import dev.merpati.worker.whatsapp.IncomingReceipt;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.BiConsumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A session's connection to WhatsApp, over pairing and reconnects: one state machine. Thread-safe.
 *
 * <p>A paired session is connected again and again for as long as it exists, unless WhatsApp said that this is of no use.
 * An unpaired one shows QR codes for a while. This class takes what commands want and what the connection tells; {@link
 * ConnectionState} guards the state, {@link ConnectionTransitions} decides what comes after a connection, {@link
 * ReconnectLoop} opens the next one when it is told to, {@link OpenConnection} reports what each tells.
 */
public final class SessionConnection implements ConnectionAccess {
    private static final Logger log = LoggerFactory.getLogger(SessionConnection.class);

    /** Why a session is connected to which a phone has just been linked. */
    private static final String PAIRED = "paired";

    private final UUID sessionId;
    private final StatusPublisher status;
    private final CredentialsWriter credentials;
    private final ReconnectLoop reconnects;
    private final SessionEvents events;
    private final BiConsumer<String, Receipt> receipts;
    private final WorkerSettings settings;
    private final Timers timers;
    private final InstantSource clock;
    private final ConnectionMetrics metrics;
    private final ConnectionState state;
    private final ConnectionTransitions transitions;

    /**
     * @param reconnects makes the loop that opens this session's connections
     * @param receipts notes what the recipient's phone told of the message with an id, if that was sent by a command
     */
    @SuppressWarnings("this-escape") // The loop and the publisher only keep the reference.
    SessionConnection(
            UUID sessionId,
            StatusPublisher status,
            CredentialsWriter credentials,
            Function<SessionConnection, ReconnectLoop> reconnects,
            SessionEvents events,
            BiConsumer<String, Receipt> receipts,
            WorkerSettings settings,
            Timers timers,
            InstantSource clock,
            ConnectionMetrics metrics,
            ClientVersions versions) {
        this.sessionId = sessionId;
        this.status = status;
        this.credentials = credentials;
        this.reconnects = reconnects.apply(this);
        this.events = events;
        this.receipts = receipts;
        this.settings = settings;
        this.timers = timers;
        this.clock = clock;
        this.metrics = metrics;
        this.state = new ConnectionState(clock, metrics);
        this.transitions = new ConnectionTransitions(
                state, status, credentials, this.reconnects, versions, timers, clock, metrics);
        status.whenMissing(this::endMissing);
    }

    /**
     * Begins to connect, unless the session was left disconnected; does nothing when it has been started before.
     *
     * @param jittered whether to wait a random while first, since many sessions are started together
     */
    public void start(SessionRecord record, boolean jittered) {
        events.begin(record.tenantId());
        boolean hasCredentials = credentials.exist();
        state.locked(() -> {
            if (state.phase() != ConnectionPhase.LOADING) {
                return;
            }
            state.setPaired(hasCredentials);
            if (record.deleted()) {
                status.tellNothing(); // To its tenant it is gone, and only that is still to be said.
            }
            status.newChatsRestrictedUntil(record.newChatsRestrictedUntil());
            Instant restricted = record.disconnectedUntil();
            // With credentials it is worth another try: this worker may be a newer release than the one before.
            if (hasCredentials && restricted != null && restricted.isAfter(clock.instant())) {
                transitions.restrict(restricted);
            } else if (record.status() == SessionStatus.DISCONNECTED && !hasCredentials) {
                state.disconnected(record.disconnection());
                // As it was shown, in case its tenant has not heard of it.
                status.publish(SessionView.disconnected(record.disconnection(), null));
            } else {
                status.publish(SessionView.connecting());
                transitions.connectAfter(jittered ? reconnects.startJitter() : Duration.ZERO);
            }
        });
    }

    @Override
    public Readiness awaitReady(Instant until) {
        return state.locked(() -> state.awaitReady(until));
    }

    @Override
    public Readiness awaitCodes(Instant until) {
        if (state.locked(state::needsOtherCodes) && !pairAnew()) {
            return new Readiness.Moving();
        }
        return state.locked(() -> {
            state.awaitCodes(until);
            return state.codes();
        });
    }

    @Override
    public Readiness awaitingPasskey() {
        return state.locked(state::passkey);
    }

    @Override
    public void pause(Duration duration) {
        Instant until = clock.instant().plus(duration);
        state.locked(() -> state.awaitOver(until));
    }

    /**
     * Unlinks the device if WhatsApp can be reached, drops the credentials and begins to pair a new device.
     *
     * @return false when the session moves to another worker before that
     */
    public boolean pairAnew() {
        Ended old = state.locked(() -> {
            Ended taken = takeCurrent();
            reconnects.resetBackoff();
            state.beginPairing();
            status.newChatsRestrictedUntil(null);
            status.publish(SessionView.connecting(SessionView.RECONNECT));
            return taken;
        });
        old.unlink(settings.connections().unlinkTimeout());
        return credentials.drop(() -> !state.isOver())
                && state.locked(() -> {
                    transitions.connectAfter(Duration.ZERO);
                    return !state.isOver();
                });
    }

    /** Publishes the status once more, and saves again what was stored lately, since Redis may have lost both. */
    public void storeAgain() {
        status.publishAgain();
        credentials.saveAgain(() -> !state.isOver());
    }

    public void after(Duration wait, Runnable action) {
        timers.after(wait, action);
    }

    /** Runs something after the random while by which the sessions of a shard are spread. */
    public void afterJitter(Runnable action) {
        timers.after(reconnects.startJitter(), action);
    }

    /** Unlinks the device if WhatsApp can be reached in time, and ends the connection for good. */
    public void endForDeletion() {
        Ended old = state.locked(() -> {
            state.beginDeleting();
            state.awaitOnlineIfPaired(
                    clock.instant().plus(settings.connections().unlinkTimeout()));
            Ended taken = takeCurrent();
            state.moveTo(ConnectionPhase.DELETED);
            return taken;
        });
        old.unlink(settings.connections().unlinkTimeout());
        status.close();
    }

    /** Whether the session is being deleted, was deleted, or turned out not to exist any more. */
    public boolean isBeingDeleted() {
        return state.locked(state::isDeleting);
    }

    /** Whether the session was deleted, or turned out not to exist any more. */
    public boolean isDeleted() {
        return state.locked(() -> state.phase() == ConnectionPhase.DELETED);
    }

    private void endMissing() {
        log.warn("Session {} is no longer in Redis: its connection is closed", sessionId);
        OpenConnection old = state.locked(() -> {
            state.beginDeleting();
            OpenConnection taken = takeCurrent().connection();
            state.moveTo(ConnectionPhase.DELETED);
            return taken;
        });
        Ended.abort(old);
        status.close();
    }

    /** Lets no further command begin and opens no further connection; the one that is open still serves. */
    public void leave() {
        state.locked(() -> state.moveTo(ConnectionPhase.LEAVING));
        status.close();
    }

    /** Closes the connection, for the next owner. */
    public void close(Duration timeout) {
        leave();
        OpenConnection old = state.locked(state::current);
        if (old != null) {
            old.close(timeout);
        }
    }

    /** Closes the socket at once and writes nothing more. */
    public void abort() {
        leave();
        Ended.abort(state.locked(state::current));
    }

    // What the open connection tells. Ignored unless it is the current one.

    void qrCode(OpenConnection from, SessionView.QrCode code) {
        ifCurrent(from, () -> {
            if (state.showingFirstCode()) {
                long timed = state.pairing();
                timers.after(settings.pairing().timeout(), () -> pairingTimedOut(timed));
            }
            state.showingCodes();
            status.publish(SessionView.qr(code));
        });
    }

    void passkeyRequired(OpenConnection from, PasskeyChallenge challenge) {
        ifCurrent(from, () -> {
            state.moveTo(ConnectionPhase.AWAITING_PASSKEY);
            status.publish(SessionView.passkeyRequired(challenge));
            log.info("Session {}: WhatsApp wants the passkey of the account", sessionId);
        });
    }

    void connected(OpenConnection from, String phoneNumber) {
        ifCurrent(from, () -> {
            from.onlineSince(clock.instant());
            boolean justPaired = state.isPairing();
            state.endPairing();
            state.setPaired(true);
            state.moveTo(ConnectionPhase.ONLINE);
            status.publish(SessionView.connected(phoneNumber, justPaired ? PAIRED : null));
            log.info("Session {} is connected", sessionId);
        });
    }

    void newChatsRestricted(OpenConnection from, Optional<Instant> until) {
        ifCurrent(from, () -> status.newChatsRestrictedUntil(until.orElse(null)));
    }

    /** Returns only when they are stored; throws when they could not be, or when that is not wanted any more. */
    void saveCredentials(OpenConnection from, Credentials toSave, Map<String, byte @Nullable []> records) {
        try {
            credentials.save(toSave, records, () -> !from.isGivenUp());
        } catch (RedisUnavailableException | FencedException e) {
            throw e;
        } catch (RuntimeException e) {
            log.warn("The credentials of session {} are not saved: {}", sessionId, e.toString());
            throw e;
        }
        ifCurrent(from, () -> state.setPaired(true));
    }

    /** Publishes what a receipt says, and then notes it; throws when it is not published. */
    void receipt(IncomingReceipt receipt) {
        events.receipt(receipt);
        receipt.messageIds().forEach(id -> receipts.accept(id, receipt.kind().receipt()));
    }

    /** Publishes a received message, which acknowledges it; throws when it is not published. */
    void message(IncomingMessage message) {
        events.message(message);
        metrics.received(message.content().kind());
    }

    void closed(OpenConnection from, CloseReason reason) {
        ifCurrent(from, () -> {
            log.info("Session {}: connection closed: {}", sessionId, reason);
            if (from.wasOnlineFor(settings.connections().stableAfter(), clock.instant())) {
                reconnects.resetBackoff();
            }
            state.takeCurrent();
            transitions.ended(reason, from.restrictedUntil());
        });
    }

    // What the reconnect loop does. Ignored unless nothing has changed since it was told to.

    boolean isPaired() {
        return state.locked(state::isPaired);
    }

    boolean isGeneration(long expected) {
        return state.isGeneration(expected);
    }

    /**
     * Opens a connection with the stored credentials, or to pair when the session is not paired.
     *
     * @param open opens it while the lock is held, so that what it tells is heard only when it is the current one
     * @return whether it was opened
     */
    boolean opening(long expected, @Nullable Credentials stored, Function<@Nullable Credentials, OpenConnection> open) {
        return state.locked(() -> {
            if (!state.isGeneration(expected)) {
                return false;
            }
            if (state.isPaired() && stored == null) {
                state.ended(Disconnection.CREDENTIALS_LOST.wireName());
                transitions.disconnect(Disconnection.CREDENTIALS_LOST); // Only a person with the phone can help.
                return false;
            }
            transitions.opened(open.apply(state.isPaired() ? stored : null));
            return true;
        });
    }

    void notOpened(long expected) {
        state.locked(() -> {
            if (state.isGeneration(expected)) {
                state.ended(ConnectionMetrics.NOT_OPENED);
                transitions.reconnectAfterBackoff(ConnectionMetrics.NOT_OPENED);
            }
        });
    }

    void credentialsUnreadable(long expected) {
        state.locked(() -> {
            if (state.isGeneration(expected)) {
                state.ended(Disconnection.CREDENTIALS_UNREADABLE.wireName());
                transitions.disconnect(Disconnection.CREDENTIALS_UNREADABLE);
            }
        });
    }

    private void pairingTimedOut(long timed) {
        OpenConnection old = state.locked(() -> {
            if (state.pairing() != timed || state.isOver()) {
                return null;
            }
            log.info("Session {}: nobody linked a phone in time", sessionId);
            state.ended(ConnectionMetrics.NOT_SCANNED);
            boolean wantsPasskey = state.phase() == ConnectionPhase.AWAITING_PASSKEY;
            OpenConnection taken = takeCurrent().connection();
            transitions.disconnect(wantsPasskey ? Disconnection.PASSKEY_REQUIRED : null);
            return taken;
        });
        Ended.abort(old);
    }

    private Ended takeCurrent() {
        return new Ended(state.phase() == ConnectionPhase.ONLINE, state.takeCurrent());
    }

    private void ifCurrent(OpenConnection from, Runnable action) {
        state.locked(() -> {
            if (state.isCurrent(from)) {
                action.run();
            }
        });
    }
}
