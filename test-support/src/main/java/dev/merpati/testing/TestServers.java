package dev.merpati.testing;

import java.nio.file.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.testcontainers.DockerClientFactory;

/**
 * Starts the Kafka and the Redis of integration tests, which cannot tell what they got: embedded servers, or, with the
 * system property {@code merpati.test.containers} and a Docker engine that answers, those of the official images.
 */
public final class TestServers {
    private static final Logger log = LoggerFactory.getLogger(TestServers.class);
    private static final boolean CONTAINERS = areWanted() && haveAnEngine();

    private TestServers() {}

    /**
     * Starts a broker and returns when it serves.
     *
     * @param data a folder of its own, for the embedded one
     */
    public static KafkaServer kafka(Path data) {
        return CONTAINERS ? new ContainerServers.Kafka() : new EmbeddedServers.Kafka(data);
    }

    /**
     * Starts a server with an append-only file and returns when it serves.
     *
     * @param data a folder of its own, for the embedded one
     * @param options more of the server's options, such as {@code "--appendfsync", "always"}
     */
    public static RedisServer redis(Path data, String... options) {
        return CONTAINERS ? new ContainerServers.Redis(options) : new EmbeddedServers.Redis(data, options);
    }

    private static boolean areWanted() {
        return Boolean.getBoolean("merpati.test.containers");
    }

    private static boolean haveAnEngine() {
        boolean answers = DockerClientFactory.instance().isDockerAvailable();
        if (!answers) {
            log.warn("No Docker engine answers: the tests run on the embedded servers");
        }
        return answers;
    }
}
