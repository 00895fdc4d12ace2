package dev.merpati.dispatcher;

import dev.merpati.testing.KafkaServer;
import dev.merpati.testing.RedisServer;
import dev.merpati.testing.TestServers;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** One Kafka and one Redis for a whole run of integration tests; each test has its own topic and begins with an empty Redis. */
public final class Services {
    private static final Path DATA = temporaryDirectory();
    private static final KafkaServer KAFKA = TestServers.kafka(DATA.resolve("kafka"));
    private static final RedisServer REDIS = TestServers.redis(DATA.resolve("redis"));

    private Services() {}

    public static KafkaServer kafka() {
        return KAFKA;
    }

    public static RedisServer redis() {
        return REDIS;
    }

    public static Path temporaryDirectory() {
        try {
            return Files.createTempDirectory("merpati-dispatcher-it");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
