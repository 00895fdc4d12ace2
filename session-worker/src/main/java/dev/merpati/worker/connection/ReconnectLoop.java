package dev.merpati.worker.connection;

import dev.merpati.clients.timing.Backoff;
import dev.merpati.clients.timing.Timers;
import dev.merpati.worker.fencing.FencedException;
import dev.merpati.worker.fencing.LeaseCheck;
import dev.merpati.worker.fencing.RedisUnavailableException;
import dev.merpati.worker.fencing.ShardLease;
import dev.merpati.worker.settings.ConnectionSettings;
import dev.merpati.worker.whatsapp.ConnectionRequest;
import dev.merpati.worker.whatsapp.Credentials;
import dev.merpati.worker.whatsapp.UnreadableCredentialsException;
import dev.merpati.worker.whatsapp.WhatsAppConnector;
import java.time.Duration;
import java.util.UUID;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Opens a session's connections, one after the other: after a delay, when the pacer admits it, and under a lease that was
 * confirmed just before, since two workers must never take a session from each other in turn.
 */
final class ReconnectLoop {
    private static final Logger log = LoggerFactory.getLogger(ReconnectLoop.class);

    private final UUID sessionId;
    private final ShardLease lease;
    private final LeaseCheck leases;
    private final SessionConnection connection;
    private final CredentialsWriter credentials;
    private final WhatsAppConnector connector;
    private final String deviceName;
    private final LoginPacer pacer;
    private final Timers timers;
    private final ConnectionSettings settings;
    private final RandomGenerator random;
    private final Backoff backoff;
    /** How many connections in a row did not last. Guarded by the lock of the connection. */
    private int failures;

    /** @param connection is told what came of it */
    ReconnectLoop(
            UUID sessionId,
            ShardLease lease,
            LeaseCheck leases,
            SessionConnection connection,
            CredentialsWriter credentials,
            WhatsAppConnector connector,
            String deviceName,
            LoginPacer pacer,
            Timers timers,
            ConnectionSettings settings,
            RandomGenerator random) {
        this.sessionId = sessionId;
        this.lease = lease;
        this.leases = leases;
        this.connection = connection;
        this.credentials = credentials;
        this.connector = connector;
        this.deviceName = deviceName;
        this.pacer = pacer;
        this.timers = timers;
        this.settings = settings;
        this.random = random;
        this.backoff = new Backoff(settings.initialBackoff(), settings.maxBackoff(), random);
    }

    /** Plans the next connection; void when the connection's generation is another one by then. */
    void openAfter(Duration delay, long generation) {
        timers.after(delay, () -> {
            if (connection.isGeneration(generation)) {
                pacer.admit(
                        connection.isPaired() ? LoginPacer.Lane.RESUMING : LoginPacer.Lane.PAIRING,
                        () -> connection.isGeneration(generation),
                        permit -> open(generation, permit));
            }
        });
    }

    private void open(long generation, LoginPacer.Permit permit) {
        boolean opened = false;
        try {
            if (connection.isGeneration(generation)) {
                leases.confirm(lease);
                Credentials stored = credentials.load();
                opened = connection.opening(
                        generation,
                        stored,
                        used -> new OpenConnection(
                                connection,
                                permit,
                                connector,
                                wanted -> new ConnectionRequest(
                                        sessionId, used, deviceName, credentials.records(wanted))));
            }
        } catch (FencedException e) {
            log.debug("Session {} is not connected: {}", sessionId, e.getMessage());
        } catch (UnreadableCredentialsException e) {
            log.error("The credentials of session {} cannot be read: {}", sessionId, e.getMessage());
            connection.credentialsUnreadable(generation);
        } catch (RedisUnavailableException e) {
            log.debug("Session {} waits for Redis: {}", sessionId, e.toString());
            connection.notOpened(generation);
        } catch (RuntimeException e) {
            log.warn("Session {} cannot be connected now: {}", sessionId, e.toString());
            connection.notOpened(generation);
        } finally {
            if (!opened) {
                permit.release();
            }
        }
    }

    Duration nextBackoff() {
        return backoff.after(++failures);
    }

    void resetBackoff() {
        failures = 0;
    }

    /** Returns at least half of the bound, at random. */
    Duration rateLimitedDelay() {
        long bound = settings.rateLimitedBackoff().toMillis();
        return Duration.ofMillis(bound / 2 + random.nextLong(bound / 2 + 1));
    }

    /** Returns at most the bound, at random. */
    Duration startJitter() {
        return Duration.ofMillis(random.nextLong(settings.startJitter().toMillis() + 1));
    }
}
