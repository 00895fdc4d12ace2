package dev.merpati.gateway.harness;

import dev.merpati.embedded.EmbeddedKafka;
import dev.merpati.embedded.EmbeddedRedis;
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
    private EmbeddedRedis redis;
    private EmbeddedKafka kafka;

    private Services(Path directory) {
        this.directory = directory;
        this.redis = EmbeddedRedis.start(directory.resolve("redis"));
        this.kafka = EmbeddedKafka.start(directory.resolve("kafka"));
    }

    public static Services start() {
        try {
            return new Services(Files.createTempDirectory("gateway-it"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public EmbeddedRedis redis() {
        return redis;
    }

    public EmbeddedKafka kafka() {
        return kafka;
    }

    /** Stops the broker; {@link #startKafka} starts it again with the same data on the same port. */
    public void stopKafka() {
        kafka.close();
    }

    public void startKafka() {
        kafka = EmbeddedKafka.start(directory.resolve("kafka"), kafka.port());
    }

    /** Stops Redis; {@link #startRedis} starts it again with the same data on the same port. */
    public void stopRedis() {
        redis.close();
    }

    public void startRedis() {
        redis = EmbeddedRedis.start(directory.resolve("redis"), redis.port());
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
