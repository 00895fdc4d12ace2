package dev.merpati.benchmark.rest;

import static org.awaitility.Awaitility.await;

import dev.merpati.benchmark.footprint.Footprint;
import dev.merpati.cluster.GatewayClient;
import dev.merpati.cluster.LocalCluster;
import dev.merpati.cluster.PairedSession;
import dev.merpati.cluster.SimulatorProcess;
import dev.merpati.cluster.WorkerProcess;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;

/** One gateway, one worker and one dispatcher, a Kafka broker, a Redis and the simulator, each a process. */
public final class Product implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofMinutes(10);
    private static final Duration LOOK = Duration.ofMillis(50);

    private final LocalCluster cluster;
    private final List<PairedSession> sessions = new ArrayList<>();
    private final WorkerProcess worker;

    private Product(LocalCluster cluster) {
        this.cluster = cluster;
        this.worker = cluster.addWorker();
    }

    /**
     * Starts Kafka, Redis and the simulator; see {@link #start} for the rest.
     *
     * @param folder for data and logs
     * @param workerFlags of the worker's JVM
     */
    public static Product in(Path folder, List<String> workerFlags) {
        return new Product(LocalCluster.in(folder)
                .gateways(0)
                .workers(0)
                .simulatorOptions("--verify=sample")
                .workerFlags(workerFlags.toArray(String[]::new))
                .start());
    }

    /** Starts worker, gateway and dispatcher. */
    public void start(Pacing pacing) {
        pace(pacing);
        // The worker makes the topics; a gateway would only wait for them.
        worker.start();
        var gateway = cluster.addGateway();
        var dispatcher = cluster.addDispatcher();
        gateway.launch();
        dispatcher.launch();
        gateway.awaitReady();
        dispatcher.awaitReady();
    }

    public SimulatorProcess simulator() {
        return cluster.simulator();
    }

    public GatewayClient gateway() {
        return cluster.client();
    }

    public List<PairedSession> sessions() {
        return sessions;
    }

    /** The processes that carry a request, by name. */
    public Map<String, Long> processes() {
        var processes = new LinkedHashMap<String, Long>();
        processes.put("load generator", ProcessHandle.current().pid());
        processes.put("gateway", cluster.gateways().getFirst().pid());
        processes.put("kafka", cluster.kafka().pid());
        processes.put("redis", cluster.redis().pid());
        processes.put("worker", worker.pid());
        processes.put("dispatcher", cluster.dispatchers().getFirst().pid());
        processes.put("simulator", simulator().pid());
        return processes;
    }

    /** Creates sessions and pairs them with phones until there are so many. */
    public void pairUpTo(int count) {
        sessions.addAll(cluster.pairSessions(count - sessions.size()));
    }

    /** What the worker holds. */
    public Footprint workerFootprint() throws IOException, InterruptedException {
        return Footprint.of(worker.pid());
    }

    /** Stops the worker in good order, starts it again, and returns how long it takes until all sessions are connected. */
    public Duration restartWorker(Pacing pacing) {
        worker.terminate();
        pace(pacing);
        long loginsBefore = simulator().client().stat("logins");
        long startedAt = System.nanoTime();
        worker.launch();
        // The simulator is cheap to ask. What counts is what the API says.
        awaitUntil(() -> simulator().client().stat("logins") - loginsBefore >= sessions.size());
        awaitUntil(() -> connected() == sessions.size());
        return Duration.ofNanos(System.nanoTime() - startedAt);
    }

    private int connected() {
        return gateway()
                .get("/api/sessions?limit=1")
                .expect(200)
                .json()
                .required("counts")
                .required("connected")
                .asInt();
    }

    private void awaitUntil(Callable<Boolean> condition) {
        await().pollDelay(Duration.ZERO).pollInterval(LOOK).atMost(PATIENCE).until(condition);
    }

    private void pace(Pacing pacing) {
        worker.set("merpati.worker.connections.per-second", String.valueOf(pacing.perSecond()));
        worker.set("merpati.worker.connections.max-concurrent-logins", String.valueOf(pacing.atOnce()));
    }

    @Override
    public void close() {
        cluster.close();
    }
}
