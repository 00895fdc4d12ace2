package dev.merpati.cluster;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;

/**
 * The product as processes of their own on this machine, started by {@code java -jar}, with two tenants of an
 * unlimited plan. All ports are free ones. Everything is killed when this is closed or this JVM ends, also when that is killed;
 * the folder with data and logs stays.
 */
public final class LocalCluster implements AutoCloseable {
    private final ClusterBuilder options;
    private final KafkaProcess kafka;
    private final RedisProcess redis;
    private final SimulatorProcess simulator;
    private final ClusterSettings settings;
    private final List<GatewayProcess> gateways = new CopyOnWriteArrayList<>();
    private final List<WorkerProcess> workers = new CopyOnWriteArrayList<>();
    private final List<DispatcherProcess> dispatchers = new CopyOnWriteArrayList<>();
    private final Pairing pairing = new Pairing();

    LocalCluster(ClusterBuilder options) {
        this.options = options;
        kafka = new KafkaProcess(options.folder, options.behindProxies);
        redis = new RedisProcess(options.folder, options.behindProxies);
        simulator = new SimulatorProcess(options.folder, options.simulatorFlags, options.simulatorOptions);
        settings = new ClusterSettings(options, kafka.bootstrapServers(), redis);
    }

    /** @param folder for data and logs; should be empty or absent */
    public static ClusterBuilder in(Path folder) {
        return new ClusterBuilder(folder);
    }

    void start() {
        List<ClusterProcess> services = List.of(kafka, redis, simulator);
        services.forEach(ClusterProcess::launch);
        services.forEach(ClusterProcess::awaitReady);
        for (int i = 0; i < options.workers; i++) {
            addWorker().launch();
        }
        // The workers make the topics; a gateway would only wait for them.
        workers.forEach(ClusterProcess::awaitReady);
        for (int i = 0; i < options.gateways; i++) {
            addGateway().launch();
        }
        for (int i = 0; i < options.dispatchers; i++) {
            addDispatcher().launch();
        }
        gateways.forEach(ClusterProcess::awaitReady);
        dispatchers.forEach(ClusterProcess::awaitReady);
    }

    public KafkaProcess kafka() {
        return kafka;
    }

    public RedisProcess redis() {
        return redis;
    }

    public SimulatorProcess simulator() {
        return simulator;
    }

    /** All gateways that were ever added, running or not. */
    public List<GatewayProcess> gateways() {
        return List.copyOf(gateways);
    }

    /** All workers that were ever added, running or not. */
    public List<WorkerProcess> workers() {
        return List.copyOf(workers);
    }

    /** All dispatchers that were ever added, running or not. */
    public List<DispatcherProcess> dispatchers() {
        return List.copyOf(dispatchers);
    }

    /** One gateway more, {@code gateway-<n>}, which is not started yet. */
    public GatewayProcess addGateway() {
        GatewayProcess gateway = new GatewayProcess(
                "gateway-" + (gateways.size() + 1),
                options.folder,
                options.gatewayFlags,
                settings.gateway(),
                settings.apiKeys());
        gateways.add(gateway);
        return gateway;
    }

    /** One worker more, {@code worker-<n>}, which is not started yet. */
    public WorkerProcess addWorker() {
        WorkerProcess worker = new WorkerProcess(
                "worker-" + (workers.size() + 1), options.folder, options.workerFlags, settings.worker(simulator));
        workers.add(worker);
        return worker;
    }

    /** One dispatcher more, {@code dispatcher-<n>}, which is not started yet. */
    public DispatcherProcess addDispatcher() {
        DispatcherProcess dispatcher = new DispatcherProcess(
                "dispatcher-" + (dispatchers.size() + 1),
                options.folder,
                options.dispatcherFlags,
                settings.dispatcher());
        dispatchers.add(dispatcher);
        return dispatcher;
    }

    /** The first tenant's API key. */
    public String apiKey() {
        return Objects.requireNonNull(settings.apiKeys().get(Tenant.FIRST));
    }

    /** A client of the first gateway, for the first tenant. */
    public GatewayClient client() {
        return gateways.getFirst().client();
    }

    /** A number that a phone has which nobody used yet. */
    public String newNumber() {
        return pairing.newNumber();
    }

    /** Creates sessions of the first tenant; see {@link #pairSessions(Tenant, int)}. */
    public List<PairedSession> pairSessions(int count) {
        return pairSessions(Tenant.FIRST, count);
    }

    /** Creates sessions through all gateways, pairs each with a new phone, and waits until all are connected. */
    public List<PairedSession> pairSessions(Tenant tenant, int count) {
        return pairing.pair(
                gateways.stream()
                        .filter(ClusterProcess::isAlive)
                        .map(gateway -> gateway.client(tenant))
                        .toList(),
                simulator.client(),
                count);
    }

    /**
     * Kills what still runs. Idempotent.
     *
     * @throws IllegalStateException when the simulator had to refuse something: a worker broke a rule of WhatsApp's
     */
    @Override
    public void close() {
        List<String> refusals = simulator.isAlive() ? simulator.client().refusals() : List.of();
        kill();
        if (!refusals.isEmpty()) {
            throw new IllegalStateException("the workers broke rules of WhatsApp: " + String.join("; ", refusals));
        }
    }

    private void kill() {
        List<ClusterProcess> all = new ArrayList<>(gateways);
        all.addAll(workers);
        all.addAll(dispatchers);
        Stream.concat(all.stream(), Stream.of(simulator, kafka, redis)).forEach(ClusterProcess::kill);
        if (options.behindProxies) {
            kafka.proxy().close();
            redis.dispatcherProxy().close();
            redis.proxy().close();
        }
    }
}
