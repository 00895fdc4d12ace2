package dev.merpati.gateway.harness;

import dev.merpati.testing.KafkaServer;
import dev.merpati.testing.RedisServer;
import dev.merpati.testing.TestServers;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;

/** One Kafka and one Redis. */
public final class Services implements AutoCloseable {
    private final Path directory;
    private final RedisServer redis;
    private final KafkaServer kafka;

    private Services(Path directory) {
        this.directory = directory;
        this.redis = TestServers.redis(directory.resolve("redis"));
        this.kafka = TestServers.kafka(directory.resolve("kafka"));
    }

    public static Services start() {
        try {
            return new Services(Files.createTempDirectory("gateway-it"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public RedisServer redis() {
        return redis;
    }

    public KafkaServer kafka() {
        return kafka;
    }

    /** Stops the broker; {@link #startKafka} starts it again with the same data on the same port. */
    public void stopKafka() {
        kafka.stop();
    }

    public void startKafka() {
        kafka.start();
    }

    /** Stops Redis; {@link #startRedis} starts it again with the same data on the same port. */
    public void stopRedis() {
        redis.stop();
    }

    public void startRedis() {
        redis.start();
    }

    public Path directory() {
        return directory;
    }

    public void createTopic(String name, int partitions) {
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", kafka.bootstrapServers()))) {
            admin.createTopics(List.of(new NewTopic(name, partitions, (short) 1)))
                    .all()
                    .get(30, TimeUnit.SECONDS);
        } catch (ExecutionException | TimeoutException e) {
            throw new IllegalStateException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        kafka.close();
        redis.close();
    }
}
