package dev.merpati.gateway;

import static dev.merpati.gateway.harness.TestJson.body;
import static dev.merpati.gateway.harness.TestJson.parse;
import static org.assertj.core.api.Assertions.assertThat;

import dev.merpati.gateway.harness.CapturedLog;
import dev.merpati.gateway.harness.GatewayHarness;
import dev.merpati.model.command.Command;
import dev.merpati.model.outcome.CommandRecord;
import dev.merpati.model.outcome.Outcome;
import dev.merpati.model.outcome.OutcomeCodec;
import dev.merpati.model.redis.RedisKeys;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.springframework.http.MediaType;
import org.springframework.test.web.reactive.server.EntityExchangeResult;
import org.springframework.test.web.reactive.server.WebTestClient;
import tools.jackson.databind.JsonNode;

/** What tenants see while Kafka or Redis is away, or while they are away themselves. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class OutageIT {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    /** More than Kafka's or Redis's own timeout, less than anything that hangs. */
    private static final Duration BOUND = Duration.ofSeconds(15);

    private final GatewayHarness gateway = GatewayHarness.start("--merpati.gateway.send-timeout=40s");

    @BeforeEach
    void forgetAllSessions() {
        // As a balancer asks before it sends the first request.
        Awaitility.await().atMost(PATIENCE).until(() -> health("readiness", 200).equals("UP"));
        gateway.worker().reset();
        gateway.worker().redis().del(RedisKeys.sessionsOfTenant("acme"));
    }

    @AfterAll
    void stop() {
        gateway.close();
    }

    @Test
    void answers503WhileKafkaIsAwayAndHasDoneNothing() {
        UUID session = gateway.connectedSession(gateway.acme);
        String key = UUID.randomUUID().toString();
        gateway.services().stopKafka();
        try {
            expectUnavailable(create());
            assertThat(gateway.worker().redis().zcard(RedisKeys.sessionsOfTenant("acme")))
                    .isEqualTo(1);
            expectUnavailable(send(session, key));
            expectUnavailable(gateway.as(gateway.acme).delete().uri("/api/sessions/" + session));
            expectUnavailable(gateway.as(gateway.acme).post().uri("/api/sessions/" + session + "/reconnect"));
            expectUnavailable(gateway.as(gateway.acme)
                    .post()
                    .uri("/api/number-checker")
                    .contentType(MediaType.APPLICATION_JSON)
                    .bodyValue("{\"sessionId\":\"" + session + "\",\"phoneNumbers\":[\"6281234567890\"]}"));

            JsonNode list = body(gateway.as(gateway.acme).get().uri("/api/sessions"), 200);
            assertThat(list.get("counts").get("connected").intValue())
                    .as("the deletion was undone")
                    .isEqualTo(1);
            assertThat(states(session)).isNotEmpty().containsOnly("FAILED");
            assertThat(health("readiness", 200))
                    .as("the balancer passes requests on")
                    .isEqualTo("UP");
            assertThat(health("liveness", 200)).isEqualTo("UP");
        } finally {
            gateway.services().startKafka();
        }
        Awaitility.await().atMost(PATIENCE).until(() -> statusOf(send(session, key)) == 200);
        assertThat(gateway.worker().received(Command.Send.class))
                .as("what was answered with 503 is never sent")
                .hasSize(1);
    }

    @Test
    void goesOnWaitingWhenAWorkerBeganACommandThatKafkaDidNotConfirm() throws Exception {
        UUID session = gateway.connectedSession(gateway.acme);
        gateway.services().stopKafka();
        try (ExecutorService client = Executors.newSingleThreadExecutor()) {
            Future<JsonNode> answer =
                    client.submit(() -> body(send(session, UUID.randomUUID().toString()), 200));
            Awaitility.await().atMost(PATIENCE).until(() -> sendsOf(session).size() == 1);
            String command = gateway.worker().keys().command(sendsOf(session).getFirst());
            gateway.worker().redis().hset(command, CommandRecord.STATE, "STARTED");
            double unconfirmed = counter("unconfirmed");
            Awaitility.await().atMost(PATIENCE).until(() -> counter("unconfirmed") > unconfirmed);
            gateway.worker()
                    .redis()
                    .hset(
                            command,
                            Map.of(
                                    CommandRecord.STATE,
                                    "SUCCEEDED",
                                    CommandRecord.OUTCOME,
                                    OutcomeCodec.encode(new Outcome.MessageSent(null, null))));

            assertThat(answer.get().get("message").stringValue()).isEqualTo("Message sent successfully");
        } finally {
            gateway.services().startKafka();
        }
        Awaitility.await().atMost(PATIENCE).until(() -> statusOf(create()) == 201);
    }

    @Test
    void leavesNoSessionBehindWhoseCreationLostKafkaAndRedis() throws Exception {
        gateway.newSession(gateway.acme);
        gateway.services().stopKafka();
        try (ExecutorService client = Executors.newSingleThreadExecutor()) {
            Future<Integer> status = client.submit(() -> statusOf(create()));
            Awaitility.await()
                    .atMost(PATIENCE)
                    .until(() -> gateway.worker().redis().zcard(RedisKeys.sessionsOfTenant("acme")) == 2);
            gateway.services().stopRedis();
            assertThat(status.get()).isEqualTo(503);
        } finally {
            gateway.services().startRedis();
            gateway.services().startKafka();
        }
        Awaitility.await()
                .atMost(PATIENCE)
                .ignoreExceptions()
                .until(() -> body(gateway.as(gateway.acme).get().uri("/api/sessions"), 200)
                                        .get("counts")
                                        .get("total")
                                        .intValue()
                                == 1
                        && gateway.worker().redis().zcard(RedisKeys.sessionsOfTenant("acme")) == 1);
    }

    @Test
    void answers503WhileRedisIsAwayAndServesAgainWhenItIsBack() {
        UUID session = gateway.connectedSession(gateway.acme);
        gateway.services().stopRedis();
        try {
            WebTestClient acme = gateway.as(gateway.acme);
            expectUnavailable(acme.get().uri("/api/sessions"));
            expectUnavailable(create());
            expectUnavailable(acme.get().uri("/api/sessions/" + session));
            expectUnavailable(acme.get().uri("/api/sessions/" + session + "/qr"));
            expectUnavailable(acme.post().uri("/api/sessions/" + session + "/reconnect"));
            expectUnavailable(acme.delete().uri("/api/sessions/" + session));
            expectUnavailable(send(session, "key"));
            expectUnavailable(acme.get().uri("/api/messages/3EB000000000000000000F"));
            assertThat(statusOf(gateway.anonymous().get().uri("/api/sessions"))).isEqualTo(401);
            assertThat(health("readiness", 200))
                    .as("the balancer passes requests on")
                    .isEqualTo("UP");
            assertThat(health("liveness", 200)).isEqualTo("UP");
        } finally {
            gateway.services().startRedis();
        }
        Awaitility.await()
                .atMost(PATIENCE)
                .ignoreExceptions()
                .until(() -> statusOf(gateway.as(gateway.acme).get().uri("/api/sessions/" + session)) == 200);
    }

    @Test
    void forgetsAWaitingRequestWhoseClientHasHungUp() throws IOException {
        UUID session = gateway.connectedSession(gateway.acme);
        gateway.worker().on(envelope -> Optional.empty());
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), gateway.port())) {
            String json = "{\"to\":\"6281234567890\",\"message\":\"hi\"}";
            String request = """
                    POST /api/sessions/%s/send HTTP/1.1\r
                    Host: localhost\r
                    X-API-Key: %s\r
                    Content-Type: application/json\r
                    Content-Length: %d\r
                    \r
                    %s""".formatted(session, gateway.acme.key().key(), json.length(), json);
            socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
            Awaitility.await().atMost(PATIENCE).until(() -> waiters() == 1);
        }

        Awaitility.await().until(() -> waiters() == 0);
        gateway.worker().reset();
    }

    @Test
    void takesAClientThatHangsUpDuringAnOutageForNoDefect() throws Exception {
        UUID session = gateway.connectedSession(gateway.acme);
        try (CapturedLog log = CapturedLog.start()) {
            gateway.worker().redis().clientPause(1_500);
            hangUpOnEverything(session);
            assertThat(statusOf(gateway.as(gateway.acme).get().uri("/api/sessions/" + session)))
                    .isEqualTo(200);
            gateway.services().stopRedis();
            try {
                hangUpOnEverything(session);
                expectUnavailable(gateway.as(gateway.acme).get().uri("/api/sessions/" + session));
            } finally {
                gateway.services().startRedis();
            }
            Awaitility.await()
                    .atMost(PATIENCE)
                    .ignoreExceptions()
                    .until(() -> statusOf(gateway.as(gateway.acme).get().uri("/api/sessions/" + session)) == 200);
            gateway.services().stopKafka();
            try {
                hangUpOnEverything(session);
                expectUnavailable(create());
            } finally {
                gateway.services().startKafka();
            }

            assertThat(log.warnings()).noneMatch(line -> line.startsWith("ERROR"));
        }
        assertThat(gateway.context()
                        .getBean(MeterRegistry.class)
                        .find("http.server.requests")
                        .tag("status", "500")
                        .timers())
                .isEmpty();
        Awaitility.await().atMost(PATIENCE).until(() -> statusOf(create()) == 201);
    }

    /** Sends requests of every kind and resets their connections at once, or a little later. */
    private void hangUpOnEverything(UUID session) throws Exception {
        String json = "{\"to\":\"6281234567890\",\"message\":\"hi\"}";
        String key = "Host: localhost\r\nX-API-Key: " + gateway.acme.key().key() + "\r\n";
        List<String> requests = List.of(
                "GET /api/sessions HTTP/1.1\r\n" + key + "\r\n",
                "GET /api/sessions/" + session + "/qr HTTP/1.1\r\n" + key + "\r\n",
                "DELETE /api/sessions/" + UUID.randomUUID() + " HTTP/1.1\r\n" + key + "\r\n",
                "POST /api/sessions/" + session + "/send HTTP/1.1\r\n" + key
                        + "Content-Type: application/json\r\nContent-Length: " + json.length() + "\r\n\r\n" + json,
                "POST /api/sessions HTTP/1.1\r\n" + key
                        + "Content-Type: application/json\r\nContent-Length: 100\r\n\r\n{",
                "POST /api/sessions/" + session + "/send-media HTTP/1.1\r\n" + key
                        + "Content-Type: multipart/form-data; boundary=x\r\nContent-Length: 100\r\n\r\n--x\r\n");
        for (int round = 0; round < 10; round++) {
            List<Socket> sockets = new ArrayList<>();
            for (String request : requests) {
                Socket socket = new Socket(InetAddress.getLoopbackAddress(), gateway.port());
                sockets.add(socket);
                socket.setSoLinger(true, 0);
                socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
            }
            if (round % 2 == 1) {
                // Lets the server begin with them, which nothing on this side shows.
                sockets.getFirst().setSoTimeout(20);
                try {
                    sockets.getFirst().getInputStream().read();
                } catch (SocketTimeoutException waited) {
                    assertThat(waited).isNotNull();
                }
            }
            for (Socket socket : sockets) {
                socket.close();
            }
        }
    }

    private double waiters() {
        return gateway.context()
                .getBean(MeterRegistry.class)
                .get("merpati.gateway.outcomes.awaited")
                .gauge()
                .value();
    }

    private double counter(String result) {
        return gateway
                .context()
                .getBean(MeterRegistry.class)
                .find("merpati.gateway.commands.published")
                .tag("result", result)
                .counters()
                .stream()
                .mapToDouble(counter -> counter.count())
                .sum();
    }

    private List<String> states(UUID session) {
        return sendsOf(session).stream()
                .map(id -> gateway.worker().redis().hget(gateway.worker().keys().command(id), CommandRecord.STATE))
                .toList();
    }

    /** The session's commands but for its start, which is the oldest. */
    private List<String> sendsOf(UUID session) {
        return gateway.worker().redis().zrange(gateway.worker().keys().commandsOfSession(session), 1, -1);
    }

    private String health(String group, int status) {
        EntityExchangeResult<byte[]> result = WebTestClient.bindToServer()
                .baseUrl("http://127.0.0.1:" + gateway.managementPort())
                .responseTimeout(BOUND)
                .build()
                .get()
                .uri("/actuator/health/" + group)
                .exchange()
                .expectBody(byte[].class)
                .returnResult();
        return result.getStatus().value() == status
                ? parse(result.getResponseBody()).get("status").stringValue()
                : "answered " + result.getStatus();
    }

    private void expectUnavailable(WebTestClient.RequestHeadersSpec<?> request) {
        long before = System.nanoTime();
        EntityExchangeResult<byte[]> result =
                request.exchange().expectBody(byte[].class).returnResult();

        assertThat(Duration.ofNanos(System.nanoTime() - before)).isLessThan(BOUND);
        JsonNode error = parse(result.getResponseBody());
        assertThat(result.getStatus().value()).as(error.toString()).isEqualTo(503);
        assertThat(result.getResponseHeaders().getFirst("Retry-After")).isEqualTo("2");
        assertThat(error.get("success").booleanValue()).isFalse();
        assertThat(error.get("error").stringValue()).isEqualTo("Service Unavailable");
        assertThat(error.get("code").stringValue()).isEqualTo("service_unavailable");
        assertThat(error.get("message").stringValue()).isNotBlank();
    }

    private static int statusOf(WebTestClient.RequestHeadersSpec<?> request) {
        return request.exchange()
                .expectBody(byte[].class)
                .returnResult()
                .getStatus()
                .value();
    }

    private WebTestClient.RequestHeadersSpec<?> create() {
        return gateway.as(gateway.acme)
                .post()
                .uri("/api/sessions")
                .contentType(MediaType.APPLICATION_JSON)
                .bodyValue("{\"sessionName\":\"name\"}");
    }

    private WebTestClient.RequestHeadersSpec<?> send(UUID session, String key) {
        return gateway.as(gateway.acme)
                .post()
                .uri("/api/sessions/" + session + "/send")
                .header("Idempotency-Key", key)
                .contentType(MediaType.APPLICATION_JSON)
                .bodyValue("{\"to\":\"6281234567890\",\"message\":\"hi\"}");
    }
}
