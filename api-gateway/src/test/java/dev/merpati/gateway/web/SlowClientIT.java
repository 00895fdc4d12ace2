package dev.merpati.gateway.web;

import static org.assertj.core.api.Assertions.assertThat;

import dev.merpati.gateway.harness.CapturedLog;
import dev.merpati.gateway.harness.GatewayHarness;
import dev.merpati.gateway.harness.RawHttp;
import dev.merpati.gateway.harness.SharedGateway;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
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
import org.springframework.context.ConfigurableApplicationContext;

/** Clients that send their JSON slowly, or never to its end. */
class SlowClientIT {
    private static final GatewayHarness HARNESS = SharedGateway.get();

    private static ConfigurableApplicationContext gateway = HARNESS.context();

    @BeforeAll
    static void startGateway() {
        gateway = HARNESS.startAnother(
                "--merpati.gateway.requests.max-open=6",
                "--merpati.gateway.requests.idle-timeout=2s",
                // So that nothing else ends them.
                "--merpati.gateway.requests.timeout=10m",
                "--merpati.gateway.requests.minimum-rate=1KB");
    }

    @AfterAll
    static void stopGateway() {
        gateway.close();
    }

    @ParameterizedTest
    @CsvSource({
        "/api/sessions, Content-Length: 100",
        "/api/sessions, Transfer-Encoding: chunked",
        "/api/number-checker, Content-Length: 100",
        "/api/sessions/SESSION/send, Content-Length: 100",
        "/api/sessions/SESSION/send, Transfer-Encoding: chunked"
    })
    void givesUpWhoStalls(String path, String length) throws IOException {
        String target =
                path.replace("SESSION", HARNESS.connectedSession(HARNESS.acme).toString());
        try (CapturedLog log = CapturedLog.start();
                RawHttp client = new RawHttp(port())) {
            client.send(post(target, HARNESS.acme) + length + "\r\n\r\n" + (length.contains("chunked") ? "64\r\n" : "")
                    + "{\"a\":1 ");

            assertThat(client.answer().isError(408).code()).isEqualTo("body_too_slow");
            assertThat(client.isClosed()).isTrue();
            assertThat(log.warnings()).isEmpty();
        }
    }

    @Test
    void givesUpWhoDripsAlthoughItNeverPauses() throws Exception {
        try (ScheduledExecutorService drip = Executors.newSingleThreadScheduledExecutor();
                RawHttp client = new RawHttp(port())) {
            client.send(post("/api/sessions", HARNESS.acme) + "Content-Length: 100000\r\n\r\n{");
            Future<?> drops = drip.scheduleAtFixedRate(
                    () -> {
                        try {
                            client.send(" ");
                        } catch (IOException closed) {
                            throw new IllegalStateException(closed);
                        }
                    },
                    0,
                    100,
                    TimeUnit.MILLISECONDS);

            client.answer().isError(408);
            drops.cancel(true);
        }
    }

    @Test
    void takesABodyThatComesInPiecesButFastEnough() throws Exception {
        String text = "{\"sessionName\":\"slow and steady\"" + " ".repeat(8_000) + "}";
        try (RawHttp client = new RawHttp(port())) {
            client.send(post("/api/sessions", HARNESS.acme) + "Content-Length: " + text.length() + "\r\n\r\n");
            for (int at = 0; at < text.length(); at += 1_000) {
                client.send(text.substring(at, Math.min(text.length(), at + 1_000)));
            }
            assertThat(client.answer().status()).isEqualTo(201);
        }
    }

    @Test
    void leavesRoomForOthersWhileOneTenantsBodiesDoNotCome() throws Exception {
        List<RawHttp> greedy = new ArrayList<>();
        try {
            for (int i = 0; i < 20; i++) {
                greedy.add(new RawHttp(port())
                        .send(post("/api/sessions", HARNESS.other) + "Content-Length: 100\r\n\r\n{"));
            }
            Awaitility.await().untilAsserted(() -> {
                try (RawHttp more = new RawHttp(port())) {
                    more.send(get("/api/sessions", HARNESS.acme));
                    assertThat(more.answer().status()).isEqualTo(200);
                }
            });
            List<Integer> statuses = new ArrayList<>();
            for (RawHttp client : greedy) {
                statuses.add(client.answer().status());
            }
            assertThat(statuses).contains(408, 429).hasSize(20).allMatch(status -> status == 408 || status == 429);
        } finally {
            for (RawHttp client : greedy) {
                client.close();
            }
        }
    }

    private static String post(String path, GatewayHarness.Tenant tenant) {
        return "POST " + path + " HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nX-API-Key: "
                + tenant.key().key() + "\r\n";
    }

    private static String get(String path, GatewayHarness.Tenant tenant) {
        return "GET " + path + " HTTP/1.1\r\nHost: localhost\r\nX-API-Key: "
                + tenant.key().key() + "\r\n\r\n";
    }

    private static int port() {
        return gateway.getEnvironment().getRequiredProperty("local.server.port", Integer.class);
    }
}
