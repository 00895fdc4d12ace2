package dev.merpati.cluster;

import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What a cluster is to be like; {@link #start} starts it. Each method says the default. */
public final class ClusterBuilder {
    private static final List<String> SMALL_JVM = List.of("-Xmx384m", "-XX:+UseSerialGC");

    final Path folder;
    int gateways = 1;
    int workers = 1;
    int dispatchers;
    int shards = 32;
    Duration sessionTimeout = Duration.ofSeconds(6);
    boolean behindProxies;
    List<String> gatewayFlags = SMALL_JVM;
    List<String> workerFlags = SMALL_JVM;
    List<String> dispatcherFlags = SMALL_JVM;
    List<String> simulatorFlags = List.of("-Xmx768m", "-XX:+UseSerialGC");
    List<String> simulatorOptions = List.of();
    final Map<String, String> gatewaySettings = new LinkedHashMap<>();
    final Map<String, String> workerSettings = new LinkedHashMap<>();
    final Map<String, String> dispatcherSettings = new LinkedHashMap<>();

    ClusterBuilder(Path folder) {
        this.folder = folder.toAbsolutePath().normalize();
    }

    /** 1. */
    public ClusterBuilder gateways(int count) {
        gateways = count;
        return this;
    }

    /** 1. */
    public ClusterBuilder workers(int count) {
        workers = count;
        return this;
    }

    /** None: who does not look at events needs none, and they wait in Kafka. */
    public ClusterBuilder dispatchers(int count) {
        dispatchers = count;
        return this;
    }

    /** 32. */
    public ClusterBuilder shards(int count) {
        shards = count;
        return this;
    }

    /** After which the shards of a silent worker, or the partitions of a silent dispatcher, go to others: 6 s, the least that brokers allow by default. */
    public ClusterBuilder sessionTimeout(Duration timeout) {
        sessionTimeout = timeout;
        return this;
    }

    /** Puts a {@link TcpProxy} before Kafka and one before Redis; by default there is none. */
    public ClusterBuilder behindProxies() {
        behindProxies = true;
        return this;
    }

    /** Flags of the gateways' JVMs: a heap of 384 MB, the serial collector and compact object headers. */
    public ClusterBuilder gatewayFlags(String... flags) {
        gatewayFlags = List.of(flags);
        return this;
    }

    /** Flags of the workers' JVMs: as those of the gateways. */
    public ClusterBuilder workerFlags(String... flags) {
        workerFlags = List.of(flags);
        return this;
    }

    /** Flags of the dispatchers' JVMs: as those of the gateways. */
    public ClusterBuilder dispatcherFlags(String... flags) {
        dispatcherFlags = List.of(flags);
        return this;
    }

    /** Flags of the simulator's JVM: a heap of 768 MB and the serial collector. */
    public ClusterBuilder simulatorFlags(String... flags) {
        simulatorFlags = List.of(flags);
        return this;
    }

    /** More of the simulator's command-line options, such as {@code --verify=sample}; none. */
    public ClusterBuilder simulatorOptions(String... options) {
        simulatorOptions = List.of(options);
        return this;
    }

    /** A setting of all gateways, by the name of its property. */
    public ClusterBuilder gatewaySetting(String property, String value) {
        gatewaySettings.put(property, value);
        return this;
    }

    /** A setting of all workers, by the name of its property. */
    public ClusterBuilder workerSetting(String property, String value) {
        workerSettings.put(property, value);
        return this;
    }

    /** A setting of all dispatchers, by the name of its property. */
    public ClusterBuilder dispatcherSetting(String property, String value) {
        dispatcherSettings.put(property, value);
        return this;
    }

    /** Starts everything and returns when all of it serves; leaves nothing behind when that fails. */
    public LocalCluster start() {
        LocalCluster cluster = new LocalCluster(this);
        try {
            cluster.start();
            return cluster;
        } catch (RuntimeException e) {
            cluster.close();
            throw e;
        }
    }
}
