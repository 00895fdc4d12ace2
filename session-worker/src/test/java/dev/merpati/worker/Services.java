package dev.merpati.worker;

import dev.merpati.embedded.EmbeddedKafka;
import dev.merpati.embedded.EmbeddedRedis;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** One Kafka and one Redis for a whole run of integration tests; each test has its own topic and its own shards' keys. */
public final class Services {
    private static final Path DATA = temporaryDirectory();
    private static final EmbeddedKafka KAFKA = EmbeddedKafka.start(DATA.resolve("kafka"));
    private static final EmbeddedRedis REDIS = EmbeddedRedis.start(DATA.resolve("redis"));

    private Services() {}

    public static EmbeddedKafka kafka() {
        return KAFKA;
    }

    public static EmbeddedRedis redis() {
        return REDIS;
    }

    public static Path temporaryDirectory() {
        try {
            return Files.createTempDirectory("merpati-worker-it");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
