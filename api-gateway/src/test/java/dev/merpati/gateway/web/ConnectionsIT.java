package dev.merpati.gateway.web;

import static org.assertj.core.api.Assertions.assertThat;

import dev.merpati.gateway.harness.CapturedLog;
import dev.merpati.gateway.harness.GatewayHarness;
import dev.merpati.gateway.harness.RawHttp;
import dev.merpati.gateway.harness.SharedGateway;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.SocketException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.context.ConfigurableApplicationContext;

/** Connections that are too many, whose request heads do not come, or whose bodies nobody reads. */
class ConnectionsIT {
    private static final int MOST = 8;
    private static final Duration HEAD_TIMEOUT = Duration.ofSeconds(1);
    private static final GatewayHarness HARNESS = SharedGateway.get();

    private static ConfigurableApplicationContext gateway = HARNESS.context();

    @BeforeAll
    static void startGateway() {
        gateway = HARNESS.startAnother(
                "--merpati.gateway.connections.max-open=" + MOST,
                "--merpati.gateway.connections.head-timeout=" + HEAD_TIMEOUT,
                "--server.netty.idle-timeout=4s");
    }

    @AfterAll
    static void stopGateway() {
        gateway.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"GET /api/sessions HTTP/1.1\r\nHost: localhost\r\nX-More: ", "", "\r\n"})
    void givesUpAHeadThatDripsForEver(String begin) throws Exception {
        try (CapturedLog log = CapturedLog.start();
                RawHttp client = new RawHttp(port())) {
            try (Drip _ = new Drip(client.send(begin), begin.isEmpty() ? "G" : begin.length() == 2 ? "\r\n" : "x")) {
                assertThat(client.answer().isError(408).code()).isEqualTo("headers_too_slow");
            }
            assertThat(client.isClosed()).isTrue();
            assertThat(log.warnings()).isEmpty();
        }
    }

    @Test
    void answersTheRequestBeforeOneWhoseHeadDrips() throws Exception {
        UUID session = HARNESS.newSession(HARNESS.acme);
        try (RawHttp client = new RawHttp(port())) {
            client.send(head("GET", "/api/sessions/" + session + "/qr") + "\r\n");
            try (Drip _ = new Drip(client, "G")) {
                assertThat(client.answer().isError(503).code()).isEqualTo("qr_code_not_ready");
                assertThat(client.answer().isError(408).code()).isEqualTo("headers_too_slow");
            }
            assertThat(client.isClosed()).isTrue();
        }
    }

    @Test
    void keepsAConnectionThatPausesBetweenRequests() throws Exception {
        try (RawHttp client = new RawHttp(port())) {
            for (int i = 0; i < 3; i++) {
                client.send(head("GET", "/api/sessions") + "\r\n");
                assertThat(client.answer().status()).isEqualTo(200);
                pause(HEAD_TIMEOUT.plusMillis(500));
            }
        }
    }

    @Test
    void closesAConnectionOnWhichNothingComes() throws Exception {
        try (RawHttp silent = new RawHttp(port())) {
            assertThat(silent.isClosed()).isTrue();
        }
    }

    @ParameterizedTest
    @CsvSource({
        "GET, /api/sessions, Content-Length: 100, 200",
        "GET, /api/sessions, Transfer-Encoding: chunked, 200",
        "DELETE, /api/sessions/SESSION, Content-Length: 100, 200",
        "DELETE, /api/sessions/SESSION, Transfer-Encoding: chunked, 200",
        "POST, /api/sessions/SESSION/reconnect, Content-Length: 100, 200"
    })
    void closesAnAnsweredConnectionWhoseBodyDoesNotCome(String method, String path, String length, int status)
            throws Exception {
        try (CapturedLog log = CapturedLog.start();
                RawHttp silent = new RawHttp(port())) {
            silent.send(headToSomeSession(method, path) + length + "\r\n\r\n");
            assertThat(silent.answer().status()).isEqualTo(status);
            assertThat(silent.isClosed()).isTrue();
            assertThat(log.warnings()).isEmpty();
        }
        try (CapturedLog log = CapturedLog.start();
                RawHttp slow = new RawHttp(port());
                Drip _ = new Drip(
                        slow.send(headToSomeSession(method, path) + length + "\r\n\r\n"),
                        length.contains("chunked") ? "1\r\nx\r\n" : "x")) {
            assertThat(slow.answer().status()).isEqualTo(status);
            assertThat(isEnded(slow)).isTrue();
            assertThat(log.warnings()).isEmpty();
        }
    }

    @Test
    void goesOnAfterABodyThatNobodyWanted() throws Exception {
        String large = "x".repeat(100_000);
        try (RawHttp client = new RawHttp(port())) {
            for (String body : List.of("", "{}", large, "{}")) {
                client.send(head("GET", "/api/sessions") + "Content-Length: " + body.length() + "\r\n\r\n" + body);
                assertThat(client.answer().status()).isEqualTo(200);
            }
        }
    }

    @Test
    void tellsAConnectionThatThereAreTooMany() throws Exception {
        List<RawHttp> open = new ArrayList<>();
        try {
            for (int i = 0; i < MOST; i++) {
                RawHttp client = new RawHttp(port());
                open.add(client);
                // Once it was answered it is counted: connections are taken by several threads, in any order.
                assertThat(client.send(head("GET", "/api/sessions") + "\r\n")
                                .answer()
                                .status())
                        .isEqualTo(200);
            }
            try (RawHttp further = new RawHttp(port())) {
                RawHttp.Answer answer =
                        further.send(head("GET", "/api/sessions") + "\r\n").answer();
                assertThat(answer.isError(503).code()).isEqualTo("too_many_connections");
                assertThat(answer.head()).containsIgnoringCase("retry-after: 5");
                assertThat(further.isClosed()).isTrue();
            }
        } finally {
            for (RawHttp client : open) {
                client.close();
            }
        }
        Awaitility.await().untilAsserted(() -> {
            try (RawHttp client = new RawHttp(port())) {
                assertThat(client.send(head("GET", "/api/sessions") + "\r\n")
                                .answer()
                                .status())
                        .isEqualTo(200);
            }
        });
    }

    /** Sends something again and again until it is closed, or its connection is. */
    private static final class Drip implements AutoCloseable {
        private final ScheduledExecutorService executor = Executors.newSingleThreadScheduledExecutor();
        private final Future<?> drops;

        Drip(RawHttp client, String drop) {
            drops = executor.scheduleAtFixedRate(
                    () -> {
                        try {
                            client.send(drop);
                        } catch (IOException closed) {
                            throw new UncheckedIOException(closed);
                        }
                    },
                    0,
                    100,
                    TimeUnit.MILLISECONDS);
        }

        @Override
        public void close() {
            drops.cancel(true);
            executor.shutdownNow();
        }
    }

    /** A connection that is closed while its client sends is reset. */
    private static boolean isEnded(RawHttp client) throws IOException {
        try {
            return client.isClosed();
        } catch (SocketException reset) {
            return true;
        }
    }

    private static void pause(Duration time) {
        Awaitility.await().pollDelay(time).atMost(time.plusSeconds(10)).until(() -> true);
    }

    private static String headToSomeSession(String method, String path) {
        return head(
                method,
                path.replace("SESSION", HARNESS.connectedSession(HARNESS.acme).toString()));
    }

    private static String head(String method, String path) {
        return method + " " + path + " HTTP/1.1\r\nHost: localhost\r\nX-API-Key: "
                + HARNESS.acme.key().key() + "\r\n";
    }

    private static int port() {
        return gateway.getEnvironment().getRequiredProperty("local.server.port", Integer.class);
    }
}
