package dev.merpati.testing;

import static java.util.Objects.requireNonNull;

import com.github.dockerjava.api.model.PortBinding;
import com.redis.testcontainers.RedisContainer;
import dev.merpati.embedded.FreePorts;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.utils.AppInfoParser;
import org.awaitility.Awaitility;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.kafka.KafkaContainer;
import org.testcontainers.utility.DockerImageName;

/**
 * Servers of the official images. Each has a port of this machine that it keeps when it is stopped and started, since a
 * client that has lost its server comes back to the address that it knows.
 */
final class ContainerServers {
    private static final String REDIS_IMAGE = "redis:8.2-alpine";
    private static final int REDIS_PORT = 6379;
    private static final int KAFKA_PORT = 9092;
    private static final Duration START_TIMEOUT = Duration.ofMinutes(1);

    private ContainerServers() {}

    static final class Kafka implements KafkaServer {
        private final KafkaContainer container;

        /** Of the release that our client is of, and configured as the embedded broker is. */
        Kafka() {
            container = new KafkaContainer(DockerImageName.parse("apache/kafka").withTag(AppInfoParser.getVersion()))
                    .withEnv(Map.of(
                            "KAFKA_AUTO_CREATE_TOPICS_ENABLE", "false",
                            "KAFKA_GROUP_MIN_SESSION_TIMEOUT_MS", "1000",
                            "KAFKA_GROUP_INITIAL_REBALANCE_DELAY_MS", "0",
                            "KAFKA_LOG_RETENTION_CHECK_INTERVAL_MS", "60000"));
            startOnPortOfItsOwn(container, KAFKA_PORT);
        }

        @Override
        public String bootstrapServers() {
            return container.getBootstrapServers();
        }

        /** By a signal to the broker itself: the container's first process is a shell that passes none on. */
        @Override
        public void stop() {
            try {
                container.execInContainer("pkill", "-TERM", "java");
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException("interrupted while Kafka was stopped", e);
            }
            awaitRunning(container, false);
        }

        @Override
        public void start() {
            startInPlace(container);
            Awaitility.await()
                    .atMost(START_TIMEOUT)
                    .ignoreExceptionsMatching(e -> e instanceof ExecutionException || e instanceof TimeoutException)
                    .until(this::answers);
        }

        private boolean answers() throws Exception {
            try (Admin admin = Admin.create(Map.of("bootstrap.servers", bootstrapServers()))) {
                return !admin.describeCluster()
                        .nodes()
                        .get(10, TimeUnit.SECONDS)
                        .isEmpty();
            }
        }

        @Override
        public void close() {
            container.stop();
        }
    }

    static final class Redis implements RedisServer {
        private final RedisContainer container = new RedisContainer(DockerImageName.parse(REDIS_IMAGE));

        Redis(String... options) {
            container.withCommand(Stream.concat(
                            Stream.of("redis-server", "--appendonly", "yes", "--maxmemory-policy", "noeviction"),
                            Stream.of(options))
                    .toArray(String[]::new));
            startOnPortOfItsOwn(container, REDIS_PORT);
        }

        @Override
        public String host() {
            return container.getHost();
        }

        @Override
        public int port() {
            return container.getMappedPort(REDIS_PORT);
        }

        @Override
        public void stop() {
            container
                    .getDockerClient()
                    .stopContainerCmd(container.getContainerId())
                    .exec();
            awaitRunning(container, false);
        }

        @Override
        public void kill() {
            container
                    .getDockerClient()
                    .killContainerCmd(container.getContainerId())
                    .exec();
            awaitRunning(container, false);
        }

        @Override
        public void start() {
            startInPlace(container);
            Awaitility.await().atMost(START_TIMEOUT).until(this::answers);
        }

        /** A server that still reads its file answers with an error that begins with LOADING. */
        private boolean answers() {
            try (Socket socket = new Socket()) {
                socket.connect(new InetSocketAddress(host(), port()), 1_000);
                socket.setSoTimeout(1_000);
                socket.getOutputStream().write("PING\r\n".getBytes(StandardCharsets.US_ASCII));
                return socket.getInputStream().read() == '+';
            } catch (IOException e) {
                return false;
            }
        }

        @Override
        public void close() {
            container.stop();
        }
    }

    private static void startOnPortOfItsOwn(GenericContainer<?> container, int port) {
        PortBinding binding = PortBinding.parse("127.0.0.1:" + FreePorts.orFree(0) + ":" + port);
        container
                .withStartupTimeout(START_TIMEOUT)
                .withCreateContainerCmdModifier(
                        command -> requireNonNull(command.getHostConfig()).withPortBindings(binding))
                .start();
    }

    private static void startInPlace(GenericContainer<?> container) {
        container
                .getDockerClient()
                .startContainerCmd(container.getContainerId())
                .exec();
        awaitRunning(container, true);
    }

    private static void awaitRunning(GenericContainer<?> container, boolean running) {
        Awaitility.await().atMost(START_TIMEOUT).until(() -> container.isRunning() == running);
    }
}
