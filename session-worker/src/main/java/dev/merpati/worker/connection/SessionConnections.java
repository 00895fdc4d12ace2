package dev.merpati.worker.connection;

import dev.merpati.clients.timing.Backoff;
import dev.merpati.clients.timing.StopSignal;
import dev.merpati.clients.timing.Timers;
import dev.merpati.worker.event.SessionEvents;
import dev.merpati.worker.fencing.FencedRetry;
import dev.merpati.worker.fencing.LeaseCheck;
import dev.merpati.worker.fencing.ShardLease;
import dev.merpati.worker.settings.WorkerSettings;
import dev.merpati.worker.store.CommandStore;
import dev.merpati.worker.store.CredentialsStore;
import dev.merpati.worker.store.SessionStore;
import dev.merpati.worker.whatsapp.ClientVersions;
import dev.merpati.worker.whatsapp.WhatsAppConnector;
import java.time.InstantSource;
import java.util.UUID;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Assembles the connections of a worker's sessions. Thread-safe. */
public final class SessionConnections {
    private static final Logger log = LoggerFactory.getLogger(SessionConnections.class);

    private final WhatsAppConnector connector;
    private final String deviceName;
    private final SessionStore sessions;
    private final CommandStore commands;
    private final CredentialsStore credentials;
    private final LeaseCheck leases;
    private final LoginPacer pacer;
    private final WorkerSettings settings;
    private final Timers timers;
    private final InstantSource clock;
    private final RandomGenerator random;
    private final ConnectionMetrics metrics;
    private final ClientVersions versions;

    /**
     * @param deviceName the name under "linked devices" on the phone
     * @param versions the client version that connections are opened with
     */
    public SessionConnections(
            WhatsAppConnector connector,
            String deviceName,
            SessionStore sessions,
            CommandStore commands,
            CredentialsStore credentials,
            LeaseCheck leases,
            LoginPacer pacer,
            WorkerSettings settings,
            Timers timers,
            InstantSource clock,
            RandomGenerator random,
            ConnectionMetrics metrics,
            ClientVersions versions) {
        this.connector = connector;
        this.deviceName = deviceName;
        this.sessions = sessions;
        this.commands = commands;
        this.credentials = credentials;
        this.leases = leases;
        this.pacer = pacer;
        this.settings = settings;
        this.timers = timers;
        this.clock = clock;
        this.random = random;
        this.metrics = metrics;
        this.versions = versions;
    }

    /**
     * A connection that has not been started.
     *
     * @param stop ends what is still to be written: it is left to the shard's next owner
     * @param events where the session's events are published
     */
    public SessionConnection create(UUID sessionId, ShardLease lease, StopSignal stop, SessionEvents events) {
        Backoff writes = new Backoff(
                settings.commands().initialBackoff(), settings.commands().maxBackoff(), random);
        FencedRetry retry = new FencedRetry(writes, stop);
        CredentialsWriter writer =
                new CredentialsWriter(sessionId, lease, credentials, retry, new RecentSaves(lease, timers, stop));
        StatusTeller teller = new StatusTeller(
                sessionId,
                lease,
                sessions,
                events,
                settings.connections().troubleToldAfter(),
                settings.leaseTrust(),
                timers,
                writes,
                clock);
        return new SessionConnection(
                sessionId,
                new StatusPublisher(sessionId, lease, sessions, timers, writes, teller),
                writer,
                connection -> new ReconnectLoop(
                        sessionId,
                        lease,
                        leases,
                        connection,
                        writer,
                        connector,
                        deviceName,
                        pacer,
                        timers,
                        settings.connections(),
                        random),
                events,
                (messageId, receipt) -> {
                    try {
                        retry.untilDone("Noting a receipt", () -> {
                            commands.receipt(lease, messageId, receipt);
                            return true;
                        });
                    } catch (RuntimeException e) {
                        log.error("A receipt cannot be noted: {}", e.toString());
                    }
                },
                settings,
                timers,
                clock,
                metrics,
                versions);
    }
}
