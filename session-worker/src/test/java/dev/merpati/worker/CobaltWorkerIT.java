package dev.merpati.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.merpati.model.Json;
import dev.merpati.model.command.Command;
import dev.merpati.model.kafka.CommandTopic;
import dev.merpati.model.outcome.CommandRecord;
import dev.merpati.model.outcome.CommandState;
import dev.merpati.model.outcome.Receipt;
import dev.merpati.model.session.SessionStatus;
import dev.merpati.simulator.Simulator;
import dev.merpati.simulator.SimulatorOptions;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** The whole worker with the real connector, against the simulator. */
@Tag("heavy")
class CobaltWorkerIT {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final String OWN = "628110009901";
    private static final String OTHER = "628110009902";

    private final CommandTopic topic = new CommandTopic("cobalt-" + UUID.randomUUID(), 2);
    private final HttpClient http = HttpClient.newHttpClient();

    @Test
    void pairsSendsAndResumesWithoutACodeAfterARestart() throws Exception {
        Path data = Services.temporaryDirectory();
        try (Simulator simulator = Simulator.start(SimulatorOptions.defaults().withControlPort(0));
                TestGateway gateway = new TestGateway(
                        topic,
                        Services.kafka().bootstrapServers(),
                        Services.redis().host(),
                        Services.redis().port())) {
            Path authority = Files.writeString(data.resolve("ca.pem"), simulator.caCertificatePem());
            URI control = URI.create("http://127.0.0.1:" + simulator.controlPort() + "/sim/");
            gateway.clearRedis();
            UUID session;
            String first;
            try (TestWorker _ = start(data, simulator, authority)) {
                session = gateway.createSession();
                awaitStatus(gateway, session, SessionStatus.QR);
                call(control.resolve("phones/" + OWN), "PUT", Map.of());
                String code = Objects.requireNonNull(
                        gateway.redis().opsForValue().get(gateway.keys().qrCode(session)));
                call(control.resolve("phones/" + OWN + "/scan"), "POST", Map.of("qr", code));
                awaitStatus(gateway, session, SessionStatus.CONNECTED);

                first = gateway.publish(session, message("first"));
                awaitSent(gateway, first);
                awaitDelivered(gateway, first);
            }

            try (TestWorker _ = start(data, simulator, authority)) {
                String second = gateway.publish(session, message("second"));
                awaitSent(gateway, second);

                await().atMost(PATIENCE).untilAsserted(() -> {
                    JsonNode messages = call(control.resolve("phones/" + OTHER + "/messages"), "GET", Map.of());
                    assertThat(messages)
                            .extracting(m -> m.path("id").asString())
                            .containsExactly(first, second);
                    assertThat(messages)
                            .extracting(m -> m.path("text").asString())
                            .containsExactly("first", "second");
                    assertThat(messages).allMatch(m -> m.path("copies").asInt() == 1);
                });
            }
            assertThat(call(control.resolve("stats"), "GET", Map.of())
                            .path("pairings")
                            .asInt())
                    .isEqualTo(1);
        }
    }

    private TestWorker start(Path data, Simulator simulator, Path authority) {
        return new TestWorker(
                "w1",
                topic,
                data.resolve("media"),
                null,
                "merpati.whatsapp.proxy=http://127.0.0.1:" + simulator.proxyPort(),
                "merpati.whatsapp.ca-certificate=" + authority,
                "merpati.whatsapp.pre-keys=30");
    }

    private static Command message(String text) {
        return new Command.SendText(OTHER, text, false);
    }

    private static void awaitSent(TestGateway gateway, String commandId) {
        await().atMost(PATIENCE).until(() -> gateway.state(commandId) == CommandState.SUCCEEDED);
    }

    private static void awaitStatus(TestGateway gateway, UUID session, SessionStatus status) {
        await().atMost(PATIENCE).until(() -> gateway.status(session) == status);
    }

    private static void awaitDelivered(TestGateway gateway, String commandId) {
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(gateway.command(commandId))
                        .isNotNull()
                        .extracting(CommandRecord::receipt)
                        .isEqualTo(Receipt.DELIVERED));
    }

    private JsonNode call(URI uri, String method, Map<String, String> body) throws IOException, InterruptedException {
        HttpResponse<byte[]> response = http.send(
                HttpRequest.newBuilder(uri)
                        .header("Content-Type", "application/json")
                        .method(
                                method,
                                method.equals("GET")
                                        ? HttpRequest.BodyPublishers.noBody()
                                        : HttpRequest.BodyPublishers.ofString(Json.MAPPER.writeValueAsString(body)))
                        .build(),
                HttpResponse.BodyHandlers.ofByteArray());
        assertThat(response.statusCode()).as("%s %s", method, uri).isBetween(200, 299);
        return Json.MAPPER.readTree(response.body());
    }
}
