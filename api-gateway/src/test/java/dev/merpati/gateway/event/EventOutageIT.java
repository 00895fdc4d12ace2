package dev.merpati.gateway.event;

import static dev.merpati.gateway.harness.TestJson.body;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.merpati.gateway.auth.Scope;
import dev.merpati.gateway.harness.GatewayHarness;
import dev.merpati.gateway.harness.SseClient;
import dev.merpati.gateway.harness.TestAccount;
import dev.merpati.gateway.harness.TestEvents;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.springframework.http.HttpHeaders;
import org.springframework.test.web.reactive.server.WebTestClient;

/** What is left of events and webhooks while Redis is away, and that nothing is lost when it is back. */
@Tag("heavy")
class EventOutageIT {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    @Test
    void streamsOutliveARestartOfRedisAndMissNothing() {
        try (GatewayHarness gateway = GatewayHarness.start(
                "--merpati.gateway.event-streams.keep-alive=500ms",
                "--merpati.gateway.event-streams.poll-interval=500ms")) {
            TestAccount account = TestAccount.on(gateway, "business");
            String key = account.key(Scope.ALL).apiKey();
            WebTestClient client = account.clientWith(key);
            TestEvents events = new TestEvents(gateway, account.id());
            UUID session = UUID.randomUUID();
            List<String> stored = new ArrayList<>();
            try (SseClient stream = SseClient.open(gateway.port(), "/api/events/stream", key, null)) {
                for (int i = 0; i < 5; i++) {
                    stored.add(events.received(session, "before " + i).toString());
                }
                await().atMost(PATIENCE).until(() -> stream.ids().equals(stored));

                gateway.services().stopRedis();
                await().atMost(PATIENCE).untilAsserted(() -> {
                    for (WebTestClient.RequestHeadersSpec<?> request : List.of(
                            client.get().uri("/api/events"),
                            client.get().uri("/api/events/stream"),
                            client.get().uri("/api/webhooks"),
                            client.post()
                                    .uri("/api/webhooks")
                                    .header("Content-Type", "application/json")
                                    .bodyValue("{\"url\":\"https://a.example.com\"}"))) {
                        request.exchange()
                                .expectStatus()
                                .isEqualTo(503)
                                .expectHeader()
                                .exists(HttpHeaders.RETRY_AFTER);
                    }
                });
                assertThat(stream.hasEnded()).isFalse();

                gateway.services().startRedis();
                await().atMost(PATIENCE)
                        .ignoreExceptions()
                        .until(() -> stored.add(events.received(session, "after " + stored.size())
                                .toString()));
                stored.add(events.received(session, "the last").toString());
                await().atMost(PATIENCE).until(() -> stream.ids().size() >= stored.size());
                assertThat(stream.ids()).isEqualTo(stored);
                assertThat(stream.hasEnded()).isFalse();
                assertThat(body(client.get().uri("/api/webhooks"), 200).get("webhooks"))
                        .isEmpty();

                long began = System.nanoTime();
                gateway.context().close();
                assertThat(Duration.ofNanos(System.nanoTime() - began))
                        .as("a gateway that stops waits for no stream")
                        .isLessThan(Duration.ofSeconds(20));
                await().atMost(PATIENCE).until(stream::hasEnded);
            }
        }
    }
}
