package dev.merpati.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.merpati.model.redis.RedisKeys;
import dev.merpati.model.shard.ShardMap;
import io.lettuce.core.RedisClient;
import io.lettuce.core.api.sync.RedisCommands;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.util.FileSystemUtils;
import tools.jackson.databind.JsonNode;

/**
 * One cluster, with sessions, for all tests of a run, since processes are slow to start. A test says with {@link #workers}
 * what it begins with; it leaves all gateways running and ends its faults.
 */
final class SharedCluster {
    static final int SESSIONS = 24;
    /** Longer than any test waits: what happens within it did not need it. */
    static final Duration LONG = Duration.ofMinutes(5);
    /** Long enough for a worker that gets no processor for a while. */
    static final Duration SHORT = Duration.ofSeconds(12);

    /** Stays, for its logs. */
    private static final Path FOLDER = Path.of("target", "shared-cluster").toAbsolutePath();

    private static final int SHARDS = 12;
    private static final Duration PATIENCE = Duration.ofMinutes(3);
    private static final String CONNECTED = "status=\"connected\"";
    private static @Nullable SharedCluster instance;

    private final LocalCluster cluster;
    private final List<PairedSession> sessions;
    private final List<String> customers;
    private final RedisCommands<String, String> redis;
    private final RedisKeys keys = new RedisKeys(new ShardMap(SHARDS));
    private final Map<String, Duration> sessionTimeouts = new HashMap<>();

    private SharedCluster(Path folder) {
        cluster = LocalCluster.in(folder)
                .gateways(2)
                .workers(1)
                .shards(SHARDS)
                .sessionTimeout(LONG)
                .workerSetting("merpati.worker.leave-group-on-shutdown", "false")
                // For a deletion that is done by a worker that has to log in first, on a machine that is busy.
                .workerSetting("merpati.worker.connections.unlink-timeout", "1m")
                .dispatcherSetting("merpati.dispatcher.session-timeout", "6s")
                .dispatcherSetting("merpati.webhooks.first-retry", "500ms")
                .dispatcherSetting("merpati.webhooks.longest-probe-pause", "5s")
                .dispatcherSetting("merpati.webhooks.longest-retry", "5s")
                .start();
        sessionTimeouts.put(cluster.workers().getFirst().name(), LONG);
        sessions = cluster.pairSessions(SESSIONS);
        customers = Stream.generate(cluster::newNumber).limit(4).toList();
        customers.forEach(cluster.simulator().client()::addPhone);
        redis = RedisClient.create("redis://127.0.0.1:" + cluster.redis().port())
                .connect()
                .sync();
    }

    static synchronized SharedCluster get() {
        if (instance == null) {
            try {
                FileSystemUtils.deleteRecursively(FOLDER);
                instance = new SharedCluster(Files.createDirectories(FOLDER));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        return instance;
    }

    /** The cluster, if a test has asked for it. */
    static synchronized Optional<SharedCluster> started() {
        return Optional.ofNullable(instance);
    }

    SimulatorClient simulator() {
        return cluster.simulator().client();
    }

    List<GatewayProcess> gateways() {
        return cluster.gateways();
    }

    List<PairedSession> sessions() {
        return sessions;
    }

    /** A session more, for a test that deletes it. */
    PairedSession pairAnother() {
        return cluster.pairSessions(1).getFirst();
    }

    /** The worker that owns a session now. */
    WorkerProcess owner(String session) {
        String name = redis.get(keys.owner(keys.shardMap().shardOf(UUID.fromString(session))));
        return cluster.workers().stream()
                .filter(worker -> worker.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    /** The keys in Redis that are named after a session. */
    List<String> keysOf(String session) {
        return redis.keys("*" + session + "*");
    }

    /** Some phones that the sessions write to. */
    List<String> customers() {
        return customers;
    }

    /** The first worker, the second one and so on, running or not. */
    WorkerProcess worker(int number) {
        while (cluster.workers().size() < number) {
            cluster.addWorker();
        }
        return cluster.workers().get(number - 1);
    }

    /** Some dispatchers more, which are not started yet. */
    List<DispatcherProcess> newDispatchers(int count) {
        return Stream.generate(cluster::addDispatcher).limit(count).toList();
    }

    /** A phone more, which nobody has written to or heard of yet. */
    String newPhone() {
        String number = cluster.newNumber();
        simulator().addPhone(number);
        return number;
    }

    /** Of these dispatchers the one that appends the events of the sessions, which all are of one tenant, while there are some. */
    static DispatcherProcess appending(List<DispatcherProcess> dispatchers) {
        Map<DispatcherProcess, Double> before = new HashMap<>();
        dispatchers.forEach(dispatcher -> before.put(dispatcher, appended(dispatcher)));
        return Objects.requireNonNull(await("a dispatcher that appends")
                .atMost(PATIENCE)
                .until(
                        () -> before.entrySet().stream()
                                .filter(entry -> appended(entry.getKey()) > entry.getValue())
                                .map(Map.Entry::getKey)
                                .findFirst()
                                .orElse(null),
                        Objects::nonNull));
    }

    private static double appended(DispatcherProcess dispatcher) {
        return dispatcher.metrics().sum("merpati_dispatcher_events_appended_total");
    }

    /** Stops Redis cleanly and starts it again. */
    void restartRedis() {
        cluster.redis().restart();
    }

    /** How many sockets to WhatsApp a worker holds. */
    long connectionsOf(WorkerProcess worker) {
        return Sockets.to(URI.create(cluster.simulator().proxyUrl()).getPort(), worker.pid());
    }

    /** Sees to it that so many workers run, with that session timeout, and all sessions are connected. */
    List<WorkerProcess> workers(int count, Duration sessionTimeout) {
        List<WorkerProcess> wanted =
                IntStream.rangeClosed(1, count).mapToObj(this::worker).toList();
        cluster.workers().stream().skip(count).filter(ClusterProcess::isAlive).forEach(SharedCluster::remove);
        for (WorkerProcess worker : wanted) {
            boolean asWanted = sessionTimeout.equals(sessionTimeouts.put(worker.name(), sessionTimeout));
            if (worker.isAlive() && !asWanted) {
                worker.terminate();
            }
            if (!worker.isAlive()) {
                worker.set("merpati.worker.session-timeout", sessionTimeout.toMillis() + "ms");
                worker.launch();
            }
        }
        wanted.forEach(ClusterProcess::awaitReady);
        awaitSettled(wanted);
        return wanted;
    }

    /** Drains a worker, and stops it when that is done. */
    static void remove(WorkerProcess worker) {
        drain(worker);
        worker.terminate();
    }

    static void drain(WorkerProcess worker) {
        String url = worker.managementUrl() + "/drain";
        Http.exchange(Http.request(url).POST(BodyPublishers.noBody()).build()).expect(200);
        await("drain of " + worker.name())
                .atMost(PATIENCE)
                .until(() -> Http.exchange(Http.request(url).GET().build()).text("state"), "drained"::equals);
    }

    /** Waits until these workers share all shards evenly, and each session has its one connection. */
    void awaitSettled(List<WorkerProcess> workers) {
        Distribution even = new Distribution(
                workers.stream().map(_ -> SHARDS / workers.size()).toList(),
                workers.stream().map(ClusterProcess::name).collect(Collectors.toSet()),
                SESSIONS,
                Set.of(1));
        await("shards evenly on " + workers.size() + " workers")
                .atMost(PATIENCE)
                .pollInterval(Duration.ofMillis(250))
                .ignoreExceptions()
                .untilAsserted(() -> assertThat(distribution(workers)).isEqualTo(even));
    }

    /**
     * Who has what.
     *
     * @param shards how many each worker owns
     * @param owners of the shards that have sessions
     * @param connected how many sessions the workers count as connected
     * @param connections how many connections a session has with WhatsApp, as WhatsApp sees it
     */
    private record Distribution(List<Integer> shards, Set<String> owners, int connected, Set<Integer> connections) {}

    private Distribution distribution(List<WorkerProcess> workers) {
        List<Metrics> metrics = workers.stream().map(ServiceProcess::metrics).toList();
        return new Distribution(
                metrics.stream()
                        .map(of -> (int) of.sum("merpati_worker_shards_owned"))
                        .toList(),
                Set.copyOf(owners().values()),
                metrics.stream()
                        .mapToInt(of -> (int) of.sum("merpati_worker_sessions", CONNECTED))
                        .sum(),
                Set.copyOf(phones(phone -> phone.required("connectedDevices").asInt())
                        .values()));
    }

    /** Which worker owns each session, by the session's id; those without an owner are left out. */
    Map<String, String> owners() {
        Map<String, String> owners = new HashMap<>();
        for (PairedSession session : sessions) {
            String owner = redis.get(keys.owner(keys.shardMap().shardOf(UUID.fromString(session.id()))));
            if (owner != null) {
                owners.put(session.id(), owner);
            }
        }
        return owners;
    }

    /** How often each session has logged in, by its id. */
    Map<String, Integer> logins() {
        return phones(phone -> phone.required("logins").asInt());
    }

    /** Those that belong to another worker now. */
    static List<String> moved(Map<String, String> before, Map<String, String> after) {
        return before.keySet().stream()
                .filter(session -> !Objects.equals(before.get(session), after.get(session)))
                .toList();
    }

    private <T> Map<String, T> phones(Function<JsonNode, T> field) {
        Map<String, T> byNumber = simulator().phones().stream()
                .collect(Collectors.toMap(phone -> phone.required("number").asString(), field));
        return sessions.stream()
                .collect(Collectors.toMap(
                        PairedSession::id, session -> Objects.requireNonNull(byNumber.get(session.phone()))));
    }
}
