package dev.merpati.worker.connection;

import dev.merpati.clients.timing.Timers;
import dev.merpati.model.session.Disconnection;
import dev.merpati.model.whatsapp.ClientVersion;
import dev.merpati.worker.store.SessionView;
import dev.merpati.worker.whatsapp.ClientVersions;
import dev.merpati.worker.whatsapp.CloseReason;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Decides what comes after a connection: whether the session is connected again, when, and what its tenant is told. All
 * methods are for holders of the state's lock; what they plan for later is void if the state has changed by then.
 */
final class ConnectionTransitions {
    private final ConnectionState state;
    private final StatusPublisher status;
    private final CredentialsWriter credentials;
    private final ReconnectLoop reconnects;
    private final ClientVersions versions;
    private final Timers timers;
    private final InstantSource clock;
    private final ConnectionMetrics metrics;
    /** The version that the last connection was opened with. */
    private ClientVersion openedAs;

    ConnectionTransitions(
            ConnectionState state,
            StatusPublisher status,
            CredentialsWriter credentials,
            ReconnectLoop reconnects,
            ClientVersions versions,
            Timers timers,
            InstantSource clock,
            ConnectionMetrics metrics) {
        this.state = state;
        this.status = status;
        this.credentials = credentials;
        this.reconnects = reconnects;
        this.versions = versions;
        this.timers = timers;
        this.clock = clock;
        this.metrics = metrics;
        this.openedAs = versions.current();
    }

    /** A connection was opened, as the version that is the current one. */
    void opened(OpenConnection connection) {
        openedAs = versions.current();
        state.opened(connection);
    }

    /**
     * The connection has ended.
     *
     * @param restrictedUntil when WhatsApp lets the account in again; null when it has not said so
     */
    void ended(CloseReason reason, @Nullable Instant restrictedUntil) {
        state.ended(reason.name().toLowerCase(Locale.ROOT));
        switch (reason) {
            case CLOSED, NETWORK, UNAVAILABLE, LOGIN_TIMEOUT, REPLACED -> reconnectAfterBackoff(reason.name());
            case RATE_LIMITED -> reconnectAfter(reconnects.rateLimitedDelay(), reason.name());
            case QR_CODES_EXHAUSTED -> connectAfter(Duration.ZERO);
            case LOGGED_OUT -> disconnectAndDrop(Disconnection.LOGGED_OUT);
            case BANNED -> disconnectAndDrop(Disconnection.BANNED);
            case LOCKED -> disconnect(Disconnection.LOCKED);
            case RESTRICTED -> restrict(restrictedUntil);
            case CLIENT_OUTDATED -> awaitNewerVersion();
            case LINKING_REFUSED -> disconnect(Disconnection.PAIRING_REFUSED);
            case PASSKEY_REQUIRED -> disconnect(Disconnection.PASSKEY_REQUIRED);
        }
    }

    void connectAfter(Duration delay) {
        if (!state.isOver()) {
            state.moveTo(ConnectionPhase.WAITING);
            reconnects.openAfter(delay, state.generation());
        }
    }

    void reconnectAfterBackoff(String reason) {
        reconnectAfter(reconnects.nextBackoff(), reason);
    }

    private void reconnectAfter(Duration delay, String reason) {
        metrics.reconnecting(reason.toLowerCase(Locale.ROOT));
        status.publish(SessionView.connecting(toldAs(reason)));
        connectAfter(delay);
    }

    /** Why a session connects again, as tenants hear it: null when what stood in the way is over. */
    private static @Nullable String toldAs(String reason) {
        return switch (reason) {
            case "RESTRICTED", "CLIENT_OUTDATED" -> null;
            case "CLOSED" -> "network";
            case ConnectionMetrics.NOT_OPENED -> "unavailable";
            default -> reason.toLowerCase(Locale.ROOT);
        };
    }

    void disconnect(@Nullable Disconnection why) {
        disconnect(why, null);
    }

    /** @param until when the session is connected again by itself; null when it is not, or nobody knows */
    private void disconnect(@Nullable Disconnection why, @Nullable Instant until) {
        state.endPairing();
        state.disconnected(why);
        status.publish(SessionView.disconnected(why, until));
    }

    /** @param announced when WhatsApp lets the account in again; null when it has not said so */
    void restrict(@Nullable Instant announced) {
        Instant until = announced == null ? clock.instant().plus(reconnects.rateLimitedDelay()) : announced;
        disconnect(Disconnection.RESTRICTED, until);
        Duration left = Duration.between(clock.instant(), until);
        retryLater(
                left.isPositive() ? left.plus(reconnects.startJitter()) : reconnects.startJitter(),
                CloseReason.RESTRICTED);
    }

    /** Sessions that are not paired stay as they are: nobody may be there to scan a code. */
    private void awaitNewerVersion() {
        disconnect(Disconnection.CLIENT_OUTDATED);
        if (state.isPaired()) {
            long decided = state.generation();
            versions.whenNewerThan(
                    openedAs, () -> retry(decided, reconnects.startJitter(), CloseReason.CLIENT_OUTDATED));
        }
    }

    private void retryLater(Duration delay, CloseReason reason) {
        long decided = state.generation();
        timers.after(delay, () -> retry(decided, Duration.ZERO, reason));
    }

    private void retry(long decided, Duration delay, CloseReason reason) {
        state.locked(() -> {
            if (state.isGeneration(decided)) {
                reconnectAfter(delay, reason.name());
            }
        });
    }

    /** The credentials are void as well. */
    private void disconnectAndDrop(Disconnection why) {
        status.newChatsRestrictedUntil(null);
        disconnect(why);
        state.setPaired(false);
        long decided = state.generation();
        timers.after(Duration.ZERO, () -> credentials.drop(() -> state.isGeneration(decided)));
    }
}
