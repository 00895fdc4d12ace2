package dev.merpati.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.merpati.gateway.harness.CapturedLog;
import dev.merpati.gateway.harness.GatewayHarness;
import dev.merpati.model.command.Command;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.core.io.ByteArrayResource;
import org.springframework.http.client.MultipartBodyBuilder;
import org.springframework.test.web.reactive.server.WebTestClient;

/** What an outage of Kafka leaves behind: in the media store, and in the log. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class KafkaOutageIT {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final GatewayHarness gateway = GatewayHarness.start();

    @AfterAll
    void stop() {
        gateway.close();
    }

    @Test
    void logsOneLineWhenAlreadyTheFirstSendMeetsAnOutage() {
        UUID session = gateway.connectedSession(gateway.acme);
        try (ConfigurableApplicationContext second = gateway.startAnother()) {
            gateway.services().stopKafka();
            try (CapturedLog log = CapturedLog.start()) {
                for (int i = 0; i < 2; i++) {
                    assertThat(statusOf(sendMedia(
                                    GatewayHarness.client(second, gateway.acme),
                                    session,
                                    UUID.randomUUID().toString())))
                            .isEqualTo(503);
                }
                assertThat(log.warnings()).singleElement().asString().contains("Kafka is unavailable");
            }
        } finally {
            gateway.services().startKafka();
        }
        Awaitility.await()
                .atMost(PATIENCE)
                .until(() -> statusOf(sendMedia(session, UUID.randomUUID().toString())) == 200);
    }

    @Test
    void keepsOneFileHoweverOftenAKeyIsRepeatedWhileKafkaIsAway() throws IOException {
        for (Path left : leftFiles()) {
            Files.delete(left);
        }
        gateway.worker().reset();
        UUID session = gateway.connectedSession(gateway.acme);
        String key = UUID.randomUUID().toString();
        gateway.services().stopKafka();
        try {
            for (int i = 0; i < 3; i++) {
                assertThat(statusOf(sendMedia(session, key))).isEqualTo(503);
                assertThat(files()).hasSize(1);
            }
        } finally {
            gateway.services().startKafka();
        }
        Awaitility.await().atMost(PATIENCE).until(() -> statusOf(sendMedia(session, key)) == 200);

        assertThat(gateway.worker().received(Command.SendMedia.class))
                .extracting(sent -> ((Command.SendMedia) sent.command()).media().mediaId())
                .as("the file of the command is there")
                .containsExactlyElementsOf(files());
    }

    private static int statusOf(WebTestClient.RequestHeadersSpec<?> request) {
        return request.exchange()
                .expectBody(byte[].class)
                .returnResult()
                .getStatus()
                .value();
    }

    private WebTestClient.RequestHeadersSpec<?> sendMedia(UUID session, String key) {
        return sendMedia(gateway.as(gateway.acme), session, key);
    }

    private List<String> files() throws IOException {
        return leftFiles().stream().map(file -> file.getFileName().toString()).toList();
    }

    private List<Path> leftFiles() throws IOException {
        try (Stream<Path> files = Files.list(gateway.mediaDirectory())) {
            return files.toList();
        }
    }

    private static WebTestClient.RequestHeadersSpec<?> sendMedia(WebTestClient client, UUID session, String key) {
        MultipartBodyBuilder form = new MultipartBodyBuilder();
        form.part("to", "6281234567890");
        form.part("media", new ByteArrayResource("%PDF-1.7\n".getBytes(StandardCharsets.US_ASCII)))
                .filename("a.pdf");
        return client.post()
                .uri("/api/sessions/" + session + "/send-media")
                .header("Idempotency-Key", key)
                .bodyValue(form.build());
    }
}
