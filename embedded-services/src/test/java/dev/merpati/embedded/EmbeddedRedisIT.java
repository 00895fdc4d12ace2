package dev.merpati.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EmbeddedRedisIT {
    @TempDir
    private Path directory = Path.of("");

    @Test
    void keepsItsDataOverARestartAndAKill() throws IOException {
        try (EmbeddedRedis redis = EmbeddedRedis.start(directory, 0, "--appendfsync", "always")) {
            assertThat(ask(redis, "SET closed 1")).isEqualTo("+OK");
        }
        EmbeddedRedis killed = EmbeddedRedis.start(directory, 0, "--appendfsync", "always");
        assertThat(ask(killed, "SET killed 1")).isEqualTo("+OK");
        killed.kill();

        try (EmbeddedRedis redis = EmbeddedRedis.start(directory)) {
            assertThat(ask(redis, "EXISTS closed killed")).isEqualTo(":2");
        }
    }

    @Test
    void leavesNoProcessBehind() {
        EmbeddedRedis redis = EmbeddedRedis.start(directory);
        ProcessHandle server = redis.process();
        assertThat(server.isAlive()).isTrue();

        redis.close();

        assertThat(server.isAlive()).isFalse();
    }

    @Test
    void saysWhyItCannotStart() {
        try (EmbeddedRedis redis = EmbeddedRedis.start(directory)) {
            assertThatThrownBy(() -> EmbeddedRedis.start(directory.resolve("other"), redis.port()))
                    .hasMessageContaining(String.valueOf(redis.port()))
                    .hasMessageContaining("in use");
        }
    }

    private static String ask(EmbeddedRedis redis, String command) throws IOException {
        try (Socket socket = new Socket(redis.host(), redis.port())) {
            socket.getOutputStream().write((command + "\r\n").getBytes(StandardCharsets.UTF_8));
            return new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8))
                    .readLine();
        }
    }
}
