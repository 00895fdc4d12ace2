package dev.merpati.gateway.event;

import static dev.merpati.gateway.harness.TestJson.body;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.merpati.gateway.auth.Actor;
import dev.merpati.gateway.auth.Scope;
import dev.merpati.gateway.auth.TenantKeys;
import dev.merpati.gateway.harness.GatewayHarness;
import dev.merpati.gateway.harness.SharedGateway;
import dev.merpati.gateway.harness.SseClient;
import dev.merpati.gateway.harness.TestAccount;
import dev.merpati.gateway.harness.TestEvents;
import dev.merpati.gateway.harness.TestJson;
import dev.merpati.gateway.tenant.Tenant;
import dev.merpati.gateway.tenant.TenantRecords;
import dev.merpati.model.event.EventId;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.test.web.reactive.server.WebTestClient;
import tools.jackson.databind.JsonNode;

class EventStreamsIT {
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final GatewayHarness SHARED = SharedGateway.get();

    /** A gateway of its own, for times that are too short and limits that are too high for others. */
    private static final ConfigurableApplicationContext GATEWAY = SHARED.startAnother(
            "--merpati.gateway.event-streams.keep-alive=500ms",
            "--merpati.gateway.event-streams.poll-interval=1s",
            "--merpati.gateway.event-streams.stall-timeout=2s",
            "--merpati.gateway.event-streams.max-per-tenant=2200",
            "--merpati.gateway.event-streams.max-buffered=20");

    private static final int PORT = GATEWAY.getEnvironment().getRequiredProperty("local.server.port", Integer.class);

    private final TestAccount account = TestAccount.on(SHARED, "business");
    private final TenantKeys.MadeKey key = account.key(Scope.ALL);
    private final TestEvents events = new TestEvents(SHARED, account.id());
    private final UUID session = UUID.randomUUID();
    private final List<SseClient> clients = new ArrayList<>();

    @AfterAll
    static void stop() {
        GATEWAY.close();
    }

    @AfterEach
    void closeClients() {
        clients.forEach(SseClient::close);
    }

    private SseClient open(String query, @Nullable String lastEventId) {
        SseClient client = SseClient.open(PORT, "/api/events/stream" + query, key.apiKey(), lastEventId);
        clients.add(client);
        return client;
    }

    private WebTestClient client(String apiKey) {
        return GatewayHarness.anonymous(PORT)
                .mutate()
                .defaultHeader("X-API-Key", apiKey)
                .build();
    }

    private static double metric(String name) {
        return GATEWAY.getBean(MeterRegistry.class).get(name).meters().stream()
                .mapToDouble(meter -> meter.measure().iterator().next().getValue())
                .sum();
    }

    @Test
    void sendsWhatHappensFromNowOn() {
        events.received(session, "before");
        SseClient stream = open("", null);

        EventId id = events.received(session, "hello\nthere");

        await().atMost(PATIENCE).until(() -> stream.events().size() == 1);
        SseClient.Received event = stream.events().getFirst();
        assertThat(event.id()).isEqualTo(id.toString());
        assertThat(event.type()).isEqualTo("message.received");
        JsonNode listed = body(client(key.apiKey()).get().uri("/api/events?limit=5"), 200);
        assertThat(TestJson.MAPPER.readTree(event.data()))
                .isEqualTo(listed.get("events").get(1));
    }

    @Test
    void goesOnWhereItEndedWithEveryEventOnceAndInOrder() {
        List<String> stored = new ArrayList<>();
        SseClient first = open("", null);
        IntStream.range(0, 10)
                .forEach(i -> stored.add(events.received(session, "a" + i).toString()));
        await().atMost(PATIENCE).until(() -> first.events().size() == 10);
        first.close();
        // More than the ring of the feed holds.
        IntStream.range(0, 130)
                .forEach(i -> stored.add(events.received(session, "b" + i).toString()));

        SseClient second = open("?after=0000000000000-000000", first.lastId());
        IntStream.range(0, 50)
                .forEach(i -> stored.add(events.received(session, "c" + i).toString()));
        SseClient third = open("?after=" + stored.getFirst(), null);

        await().atMost(PATIENCE)
                .until(() -> second.events().size() >= 180 && third.events().size() >= 189);
        List<String> read = new ArrayList<>(first.ids());
        read.addAll(second.ids());
        assertThat(read).isEqualTo(stored);
        assertThat(third.ids()).isEqualTo(stored.subList(1, stored.size()));
    }

    @Test
    void sendsOnlyWhatIsWantedAndTellsHowFarItIs() {
        UUID own = UUID.fromString(body(
                        client(key.apiKey())
                                .post()
                                .uri("/api/sessions")
                                .header("Content-Type", "application/json")
                                .bodyValue("{\"sessionName\":\"a session\"}"),
                        201)
                .get("sessionId")
                .stringValue());
        SseClient ofSession = open("?sessionId=" + own, null);
        SseClient ofType = open("?types=session.status", null);

        String first = events.received(own, "one").toString();
        String second = events.status(own, "connected").toString();
        String third = events.received(session, "three").toString();

        await().atMost(PATIENCE).until(() -> third.equals(ofSession.lastId()) && third.equals(ofType.lastId()));
        assertThat(ofSession.ids()).containsExactly(first, second);
        assertThat(ofType.ids()).containsExactly(second);
        await().atMost(PATIENCE).until(() -> ofType.comments().size() > 1);
    }

    @Test
    void findsEventsWhoseNoticeWasLost() {
        SseClient stream = open("", null);

        events.store(session, TestEvents.message("told nobody"));

        await().atMost(PATIENCE).until(() -> stream.events().size() == 1);
    }

    @Test
    void endsWhenTheKeyIsRevokedAndWhenTheTenantIsSuspended() {
        TenantKeys.MadeKey another = account.key(Set.of(Scope.EVENTS));
        SseClient stream = open("", null);
        SseClient ofAnother = SseClient.open(PORT, "/api/events/stream", another.apiKey(), null);
        clients.add(ofAnother);

        GATEWAY.getBean(TenantKeys.class)
                .revoke(account.id(), another.record().keyId(), new Actor("owner@example.com", ""))
                .block(PATIENCE);
        await().atMost(PATIENCE).until(ofAnother::hasEnded);
        assertThat(stream.hasEnded()).isFalse();

        GATEWAY.getBean(TenantRecords.class)
                .changeStatus(account.id(), Tenant.Status.SUSPENDED)
                .block(PATIENCE);
        await().atMost(PATIENCE).until(stream::hasEnded);
    }

    @Test
    void refusesWhatCannotBeStreamed() {
        EventId first = events.received(session, "one");
        events.trim(events.received(session, "two"));
        WebTestClient client = client(key.apiKey());

        assertThat(body(client.get().uri("/api/events/stream?after=" + first), 410)
                        .get("code")
                        .stringValue())
                .isEqualTo("events_expired");
        assertThat(body(client.get().uri("/api/events/stream").header("Last-Event-ID", "7"), 400)
                        .get("field")
                        .stringValue())
                .isEqualTo("Last-Event-ID");
        body(client.get().uri("/api/events/stream?types=x"), 400);
        body(client.get().uri("/api/events/stream?sessionId=" + session), 404);
        body(client(account.key(Set.of(Scope.READ)).apiKey()).get().uri("/api/events/stream"), 403);
    }

    @Test
    void hasALimitForEachTenant() {
        for (int i = 0; i < 20; i++) {
            clients.add(SseClient.begin(SHARED.port(), "/api/events/stream", key.apiKey()));
        }
        await().atMost(PATIENCE).until(() -> clients.stream().allMatch(SseClient::hasBegun));

        WebTestClient client = SHARED.anonymous()
                .mutate()
                .defaultHeader("X-API-Key", key.apiKey())
                .build();
        client.get()
                .uri("/api/events/stream")
                .exchange()
                .expectStatus()
                .isEqualTo(429)
                .expectHeader()
                .exists("Retry-After");
        clients.removeFirst().close();
        await().atMost(PATIENCE).until(() -> {
            SseClient again = SseClient.open(SHARED.port(), "/api/events/stream", key.apiKey(), null);
            clients.add(again);
            return again.hasBegun();
        });
    }

    @Test
    void waitsForAnEventThatALongPollAsksFor() {
        WebTestClient client = client(key.apiKey());
        EventId first = events.received(session, "one");
        SseClient clock = open("?after=" + first, null);
        Thread later = Thread.ofVirtual().start(() -> {
            await().atMost(PATIENCE).until(() -> metric("merpati.gateway.requests.open") > 0);
            events.status(session, "connected");
            events.received(session, "two");
        });

        JsonNode page = body(client.get().uri("/api/events?wait=20&types=message.received&after=" + first), 200);

        assertThat(page.get("events")).hasSize(1);
        await().atMost(PATIENCE).until(() -> clock.events().size() == 2);
        assertThat(page.get("next").stringValue()).isEqualTo(clock.lastId());
        long began = System.nanoTime();
        JsonNode nothing = body(
                client.get().uri("/api/events?wait=1&after=" + page.get("next").stringValue()), 200);
        assertThat(nothing.get("events")).isEmpty();
        assertThat(Duration.ofNanos(System.nanoTime() - began)).isGreaterThan(Duration.ofMillis(900));
        assertThat(later.isAlive()).isFalse();
    }

    @Test
    void holdsNothingForAClientThatDoesNotRead() throws IOException {
        String text = "x".repeat(20_000);
        SseClient reader = open("", null);
        try (Socket stalled = new Socket()) {
            stalled.setReceiveBufferSize(8 * 1024);
            stalled.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), PORT));
            stalled.getOutputStream()
                    .write(("GET /api/events/stream HTTP/1.1\r\nHost: a\r\nX-API-Key: " + key.apiKey() + "\r\n\r\n")
                            .getBytes(StandardCharsets.US_ASCII));
            await().atMost(PATIENCE).until(() -> metric("merpati.gateway.event.streams") >= 2);
            int count = 1_000;
            for (int i = 0; i < count; i++) {
                events.received(session, text);
            }

            await().atMost(PATIENCE).until(() -> reader.events().size() == count);
            await().atMost(PATIENCE).until(() -> metric("merpati.gateway.event.streams") < 2);
            long got = 0;
            InputStream in = stalled.getInputStream();
            byte[] buffer = new byte[64 * 1024];
            try {
                for (int read = in.read(buffer); read > 0; read = in.read(buffer)) {
                    got += read;
                }
            } catch (IOException e) {
                // Closed with something unsent.
            }
            assertThat(got).as("bytes of 20 MB").isLessThan(8_000_000);
        }
    }

    @Test
    @Tag("heavy")
    void readsWhatThousandsOfStreamsWantOnce() {
        int streams = 2_100;
        int count = 15;
        long before = usedHeap();
        for (int i = 0; i < streams; i++) {
            clients.add(SseClient.begin(PORT, "/api/events/stream", key.apiKey()));
        }
        await().atMost(PATIENCE.multipliedBy(2)).until(() -> clients.stream().allMatch(SseClient::hasBegun));
        assertThat((usedHeap() - before) / streams)
                .as("bytes of a stream, its client included")
                .isLessThan(80_000);

        double reads = metric("merpati.gateway.events.reads");
        List<String> stored = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            stored.add(events.received(session, "text " + i).toString());
        }
        await().atMost(PATIENCE.multipliedBy(2))
                .until(() -> clients.stream().allMatch(client -> client.events().size() >= count));

        assertThat(clients).allSatisfy(client -> assertThat(client.ids()).isEqualTo(stored));
        assertThat(metric("merpati.gateway.events.reads") - reads)
                .as("reads of Redis for %d deliveries", streams * count)
                .isLessThan(200);
    }

    private static long usedHeap() {
        System.gc();
        Runtime runtime = Runtime.getRuntime();
        return runtime.totalMemory() - runtime.freeMemory();
    }
}
