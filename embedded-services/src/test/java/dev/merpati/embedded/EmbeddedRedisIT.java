package dev.merpati.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
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
    void protectedItAsksForItsPasswordAndCannotBeReconfigured() throws IOException {
        try (EmbeddedRedis redis = EmbeddedRedis.startProtected(directory, 0)) {
            assertThat(ask(redis, "GET a")).startsWith("-NOAUTH");
            String login = "AUTH " + redis.password();
            assertThat(ask(redis, login, "SET a 1")).isEqualTo("+OK");
            assertThat(ask(redis, login, "EVAL \"return redis.call('GET',KEYS[1])\" 1 a"))
                    .isEqualTo("$1");
            assertThat(ask(redis, login, "PUBLISH channel x")).isEqualTo(":0");
            assertThat(ask(redis, login, "INFO server")).startsWith("$");
            for (String forbidden : List.of(
                    "CONFIG GET requirepass",
                    "DEBUG SLEEP 0",
                    "MODULE LIST",
                    "SHUTDOWN NOSAVE",
                    "FLUSHALL",
                    "REPLICAOF 127.0.0.1 1",
                    "ACL LIST",
                    "MONITOR",
                    "EVAL \"return redis.call('FLUSHALL')\" 0")) {
                assertThat(ask(redis, login, forbidden)).as(forbidden).startsWith("-");
            }
            assertThat(Files.getPosixFilePermissions(directory.resolve("redis.conf")))
                    .isEqualTo(PosixFilePermissions.fromString("rw-------"));
            assertThat(redis.process().info().arguments().orElse(new String[0]))
                    .noneMatch(argument -> argument.contains(String.valueOf(redis.password())));
            assertThat(ask(redis, login, "EXISTS a")).as("nobody flushed it").isEqualTo(":1");
        }
        try (EmbeddedRedis redis = EmbeddedRedis.startProtected(directory, 0)) {
            assertThat(ask(redis, "AUTH " + redis.password(), "EXISTS a")).isEqualTo(":1");
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

    /** The first line of the answer to the last command; the others are answered by one line each. */
    private static String ask(EmbeddedRedis redis, String... commands) throws IOException {
        try (Socket socket = new Socket(redis.host(), redis.port())) {
            BufferedReader answers =
                    new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
            String answer = "";
            for (String command : commands) {
                socket.getOutputStream().write((command + "\r\n").getBytes(StandardCharsets.UTF_8));
                answer = answers.readLine();
            }
            return answer;
        }
    }
}
