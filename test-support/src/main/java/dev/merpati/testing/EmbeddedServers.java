package dev.merpati.testing;

import dev.merpati.embedded.EmbeddedKafka;
import dev.merpati.embedded.EmbeddedRedis;
import java.nio.file.Path;

/** Servers that need nothing but this machine. */
final class EmbeddedServers {
    private EmbeddedServers() {}

    static final class Kafka implements KafkaServer {
        private final Path data;
        private EmbeddedKafka server;

        Kafka(Path data) {
            this.data = data;
            this.server = EmbeddedKafka.start(data);
        }

        @Override
        public String bootstrapServers() {
            return server.bootstrapServers();
        }

        @Override
        public void stop() {
            server.close();
        }

        @Override
        public void start() {
            server = EmbeddedKafka.start(data, server.port());
        }

        @Override
        public void close() {
            server.close();
        }
    }

    static final class Redis implements RedisServer {
        private final Path data;
        private final String[] options;
        private EmbeddedRedis server;

        Redis(Path data, String... options) {
            this.data = data;
            this.options = options;
            this.server = EmbeddedRedis.start(data, 0, options);
        }

        @Override
        public String host() {
            return server.host();
        }

        @Override
        public int port() {
            return server.port();
        }

        @Override
        public void stop() {
            server.close();
        }

        @Override
        public void kill() {
            server.kill();
        }

        @Override
        public void start() {
            server = EmbeddedRedis.start(data, server.port(), options);
        }

        @Override
        public void close() {
            server.close();
        }
    }
}
