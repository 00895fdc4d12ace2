package dev.merpati.chaos.fault;

import dev.merpati.chaos.ledger.Ledger;
import dev.merpati.chaos.load.Subscriber;
import dev.merpati.cluster.ClusterProcess;
import dev.merpati.cluster.DispatcherProcess;
import dev.merpati.cluster.GatewayProcess;
import dev.merpati.cluster.LocalCluster;
import dev.merpati.cluster.Tenant;
import dev.merpati.cluster.UnansweredException;
import dev.merpati.cluster.WorkerProcess;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.IntSupplier;
import java.util.stream.Stream;

/** Where a fault strikes, and how long it lasts. For one thread. */
public final class Arena {
    private final LocalCluster cluster;
    private final int sessions;
    private final Duration sessionTimeout;
    private final Duration away;
    private final List<Subscriber> subscribers;
    private final List<Instant> strikes = new ArrayList<>();
    private Ledger ledger = new Ledger();
    private IntSupplier leaving = () -> 0;

    /**
     * An arena without a fault.
     *
     * @param sessions how many stay, all connected
     * @param sessionTimeout of the workers
     * @param away how long something is away
     * @param subscribers of the tenants
     */
    public Arena(
            LocalCluster cluster, int sessions, Duration sessionTimeout, Duration away, List<Subscriber> subscribers) {
        this.cluster = cluster;
        this.sessions = sessions;
        this.sessionTimeout = sessionTimeout;
        this.away = away;
        this.subscribers = List.copyOf(subscribers);
    }

    /**
     * Forgets the last fault.
     *
     * @param sessionsLeaving how many sessions are connected at the moment beside those that stay
     */
    public void begin(Ledger newLedger, IntSupplier sessionsLeaving) {
        strikes.clear();
        ledger = newLedger;
        leaving = sessionsLeaving;
    }

    /** When something went wrong, in order. */
    public List<Instant> strikes() {
        return List.copyOf(strikes);
    }

    /** Waits until every session is connected and no connection is left over, and writes down when that fails. */
    public void awaitAllConnected(Duration limit) throws InterruptedException {
        // What a dead worker showed is shown until its time is up, so the records alone are not enough.
        if (!await(limit, () -> connected() == sessions() && openConnections() == sessions())) {
            ledger.addFinding("after " + limit.toSeconds() + " s " + connected() + " of " + sessions()
                    + " sessions are connected, over " + openConnections() + " connections");
        }
    }

    LocalCluster cluster() {
        return cluster;
    }

    Duration sessionTimeout() {
        return sessionTimeout;
    }

    Duration away() {
        return away;
    }

    /** How many have to be connected now. */
    int sessions() {
        return sessions + leaving.getAsInt();
    }

    void struck() {
        strikes.add(Instant.now());
    }

    /** Writes down what must not be. */
    void finding(String finding) {
        ledger.addFinding(finding);
    }

    List<WorkerProcess> runningWorkers() {
        return cluster.workers().stream().filter(WorkerProcess::isAlive).toList();
    }

    List<DispatcherProcess> dispatchers() {
        return cluster.dispatchers();
    }

    /** The one whose endpoint misbehaves; the others must not feel that. */
    Subscriber victim() {
        return subscribers.getFirst();
    }

    /** Starts the gateways, workers and dispatchers that do not run. */
    void startWhatEnded() {
        Stream.of(cluster.gateways(), cluster.workers(), cluster.dispatchers())
                .flatMap(List::stream)
                .filter(process -> !process.isAlive())
                .forEach(ClusterProcess::start);
    }

    double shardsOwned(WorkerProcess worker) {
        return worker.metrics().sum("merpati_worker_shards_owned");
    }

    /** Whether it became true in time; what cannot be asked counts as not yet. */
    boolean await(Duration limit, BooleanSupplier condition) throws InterruptedException {
        Instant end = Instant.now().plus(limit);
        while (Instant.now().isBefore(end)) {
            if (holds(condition)) {
                return true;
            }
            Thread.sleep(Duration.ofMillis(200));
        }
        return holds(condition);
    }

    private static boolean holds(BooleanSupplier condition) {
        try {
            return condition.getAsBoolean();
        } catch (UnansweredException | IllegalStateException e) {
            return false;
        }
    }

    private long connected() {
        GatewayProcess gateway = cluster.gateways().stream()
                .filter(GatewayProcess::isAlive)
                .findFirst()
                .orElseThrow();
        return Stream.of(Tenant.values())
                .mapToLong(tenant -> gateway.client(tenant)
                        .get("/api/sessions?limit=1")
                        .expect(200)
                        .json()
                        .required("counts")
                        .required("connected")
                        .asLong())
                .sum();
    }

    private long openConnections() {
        return cluster.simulator().client().stat("openConnections");
    }
}
