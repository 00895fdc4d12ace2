package dev.merpati.embedded;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.metadata.properties.MetaProperties;
import org.apache.kafka.metadata.properties.MetaPropertiesEnsemble;
import org.apache.kafka.metadata.storage.Formatter;
import org.apache.kafka.server.common.MetadataVersion;

/**
 * One KRaft broker, its own controller, in this JVM. Its data is on disk and survives {@link #close} and a kill of the
 * JVM; a crash of the machine may lose what the kernel had not written yet. Topics are never created automatically. It
 * listens on the loopback interface only.
 */
public final class EmbeddedKafka implements AutoCloseable {
    private static final int NODE_ID = 1;
    private static final String CONTROLLER_LISTENER = "CONTROLLER";

    private final KafkaRaftServer server;
    private final int port;

    private EmbeddedKafka(KafkaRaftServer server, int port) {
        this.server = server;
        this.port = port;
    }

    /** Starts on a free port; see {@link #start(Path, int)}. */
    public static EmbeddedKafka start(Path dataDirectory) {
        return start(dataDirectory, 0);
    }

    /**
     * Starts the broker and returns when it serves.
     *
     * @param dataDirectory made and formatted when it is not there yet
     * @param port on the loopback interface, 0 for a free one
     */
    public static EmbeddedKafka start(Path dataDirectory, int port) {
        return start(dataDirectory, port, 0);
    }

    /**
     * Starts the broker and returns when it serves.
     *
     * @param dataDirectory made and formatted when it is not there yet
     * @param port on the loopback interface, 0 for a free one
     * @param advertisedPort the port that clients are told to connect to, such as a proxy's; 0 for the broker's own
     */
    public static EmbeddedKafka start(Path dataDirectory, int port, int advertisedPort) {
        int brokerPort = FreePorts.orFree(port);
        format(dataDirectory);
        Properties properties = properties(dataDirectory, brokerPort);
        properties.put(
                "advertised.listeners", "PLAINTEXT://127.0.0.1:" + (advertisedPort == 0 ? brokerPort : advertisedPort));
        KafkaRaftServer server = new KafkaRaftServer(new KafkaConfig(properties), Time.SYSTEM);
        server.startup();
        return new EmbeddedKafka(server, brokerPort);
    }

    public String bootstrapServers() {
        return "127.0.0.1:" + port;
    }

    public int port() {
        return port;
    }

    /** Stops the broker cleanly and returns when it has stopped. */
    @Override
    public void close() {
        server.shutdown();
        server.awaitShutdown();
    }

    private static Properties properties(Path dataDirectory, int port) {
        int controllerPort = FreePorts.orFree(0);
        Properties properties = new Properties();
        properties.putAll(Map.of(
                "process.roles",
                "broker,controller",
                "node.id",
                String.valueOf(NODE_ID),
                "log.dirs",
                dataDirectory.toString(),
                "listeners",
                "PLAINTEXT://127.0.0.1:" + port + "," + CONTROLLER_LISTENER + "://127.0.0.1:" + controllerPort,
                "controller.listener.names",
                CONTROLLER_LISTENER,
                "controller.quorum.voters",
                NODE_ID + "@127.0.0.1:" + controllerPort,
                "auto.create.topics.enable",
                "false"));
        properties.putAll(Map.of(
                "offsets.topic.replication.factor", "1",
                "offsets.topic.num.partitions", "1",
                "transaction.state.log.replication.factor", "1",
                "transaction.state.log.min.isr", "1",
                "share.coordinator.state.topic.replication.factor", "1",
                "share.coordinator.state.topic.min.isr", "1",
                // Nobody else will join: a wait would only delay the start.
                "group.initial.rebalance.delay.ms", "0",
                "group.min.session.timeout.ms", "1000",
                "log.segment.bytes", String.valueOf(64 << 20)));
        // So that records are gone soon after their retention: the default looks every 5 minutes.
        properties.put("log.retention.check.interval.ms", "60000");
        return properties;
    }

    private static void format(Path dataDirectory) {
        try {
            new Formatter()
                    .setPrintStream(new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8))
                    .setClusterId(clusterId(dataDirectory))
                    .setNodeId(NODE_ID)
                    .setDirectories(List.of(dataDirectory.toString()))
                    .setMetadataLogDirectory(dataDirectory.toString())
                    .setControllerListenerName(CONTROLLER_LISTENER)
                    .setReleaseVersion(MetadataVersion.latestProduction())
                    .setIgnoreFormatted(true)
                    .run();
        } catch (Exception e) {
            throw new IllegalStateException("Kafka's data folder " + dataDirectory + " cannot be used: " + e, e);
        }
    }

    /** The id that a formatted folder has, since formatting it again under another one is refused. */
    private static String clusterId(Path dataDirectory) throws IOException {
        MetaPropertiesEnsemble ensemble = new MetaPropertiesEnsemble.Loader()
                .addLogDirs(List.of(dataDirectory.toString()))
                .load();
        MetaProperties properties = ensemble.logDirProps().get(dataDirectory.toString());
        return properties == null
                ? Uuid.randomUuid().toString()
                : properties.clusterId().orElseThrow();
    }
}
