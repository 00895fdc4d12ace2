package dev.merpati.worker.event;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.merpati.model.command.Command;
import dev.merpati.model.event.Event;
import dev.merpati.model.kafka.CommandTopic;
import dev.merpati.model.session.SessionStatus;
import dev.merpati.simulator.Simulator;
import dev.merpati.simulator.SimulatorOptions;
import dev.merpati.worker.Services;
import dev.merpati.worker.TestGateway;
import dev.merpati.worker.TestWorker;
import dev.merpati.worker.cobalt.SimulatorControl;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import tools.jackson.databind.JsonNode;

/** What a session's tenant hears, from the phone to the topic: the whole worker with the real connector. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class EventsIT {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final String OWN = "628110008801";
    private static final String OTHER = "628110008802";

    private final CommandTopic topic = new CommandTopic("events-" + UUID.randomUUID(), 2);
    private final Path data = Services.temporaryDirectory();
    private final Simulator simulator = startSimulator();
    private final SimulatorControl phones = new SimulatorControl(simulator.controlPort());
    private final TestGateway gateway = new TestGateway(
            topic,
            Services.kafka().bootstrapServers(),
            Services.redis().host(),
            Services.redis().port());
    private final EventLog events = new EventLog(Services.kafka().bootstrapServers(), TestWorker.eventsOf(topic));
    private final TestWorker worker = startWorker();
    private UUID session = new UUID(0, 0);
    private String beforePairing = "";

    private static Simulator startSimulator() {
        try {
            return Simulator.start(SimulatorOptions.defaults().withControlPort(0));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private TestWorker startWorker() {
        gateway.clearRedis();
        try {
            Path authority = Files.writeString(data.resolve("ca.pem"), simulator.caCertificatePem());
            return new TestWorker(
                    "w1",
                    topic,
                    data.resolve("media"),
                    null,
                    "merpati.whatsapp.proxy=http://127.0.0.1:" + simulator.proxyPort(),
                    "merpati.whatsapp.ca-certificate=" + authority,
                    "merpati.whatsapp.pre-keys=30");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @BeforeAll
    void pair() {
        await().atMost(PATIENCE).until(worker::isReady);
        phones.addPhone(OWN);
        phones.addPhone(OTHER);
        beforePairing = phones.send(OTHER, Map.of("to", OWN, "text", "of old"));
        session = gateway.createSession();
        await().atMost(PATIENCE).until(() -> gateway.status(session) == SessionStatus.QR);
        phones.scan(
                OWN,
                Objects.requireNonNull(
                        gateway.redis().opsForValue().get(gateway.keys().qrCode(session))));
        await().atMost(PATIENCE).until(() -> gateway.status(session) == SessionStatus.CONNECTED);
    }

    @AfterAll
    void close() {
        events.close();
        worker.close();
        gateway.close();
        phones.close();
        simulator.close();
    }

    private Event received(Map<String, ?> message) {
        Map<String, Object> addressed = new HashMap<>(message);
        addressed.put("to", OWN);
        return events.awaitMessage(session, "message.received", phones.send(OTHER, addressed));
    }

    @Test
    void eachKindOfMessageIsAnEvent() {
        Event text = received(Map.of("text", "Halo"));
        assertThat(text.tenantId()).isEqualTo(TestGateway.TENANT);
        assertThat(text.data().path("from").asString()).isEqualTo(OTHER);
        assertThat(text.data().path("chat").asString()).isEqualTo(OTHER);
        assertThat(text.data().path("chatType").asString()).isEqualTo("user");
        assertThat(text.data().path("messageType").asString()).isEqualTo("text");
        assertThat(text.data().path("text").asString()).isEqualTo("Halo");
        String textId = text.data().path("messageId").asString();

        String file = Base64.getEncoder().encodeToString(new byte[] {1, 2, 3});
        JsonNode image = received(
                        Map.of("type", "image", "media", file, "mimeType", "image/png", "caption", "a caption"))
                .data();
        assertThat(image.path("messageType").asString()).isEqualTo("image");
        assertThat(image.path("caption").asString()).isEqualTo("a caption");
        assertThat(image.path("media").path("id").asString()).hasSize(22);
        assertThat(image.path("media").path("size").asLong()).isEqualTo(3);
        assertThat(image.path("media").path("sha256").asString())
                .isEqualTo("039058c6f2c0cb492c533b0a4d14ef77cc0f78abccced5287d84a1a2011cfb81");
        for (String type : List.of("voice", "video", "document", "sticker", "audio")) {
            assertThat(received(Map.of("type", type, "media", file, "mimeType", "application/x"))
                            .data()
                            .path("messageType")
                            .asString())
                    .isEqualTo(type);
        }
        assertThat(received(Map.of("type", "location", "latitude", 1.5, "longitude", -2.5, "name", "n"))
                        .data()
                        .path("location")
                        .path("longitude")
                        .asDouble())
                .isEqualTo(-2.5);
        assertThat(received(Map.of("type", "contact", "name", "Budi", "phone", "628999"))
                        .data()
                        .path("contacts")
                        .path(0)
                        .path("name")
                        .asString())
                .isEqualTo("Budi");
        assertThat(received(Map.of("type", "poll", "name", "q", "options", List.of("a", "b"), "selectable", 1))
                        .data()
                        .path("poll")
                        .path("options"))
                .hasToString("[\"a\",\"b\"]");
        assertThat(received(Map.of("text", "re", "quote", textId))
                        .data()
                        .path("quoted")
                        .path("messageId")
                        .asString())
                .isEqualTo(textId);

        phones.send(OTHER, Map.of("type", "reaction", "id", textId, "emoji", "👍"));
        phones.send(OTHER, Map.of("type", "edit", "id", textId, "text", "Hola"));
        phones.send(OTHER, Map.of("type", "delete", "id", textId));
        assertThat(events.awaitMessage(session, "message.reaction", textId)
                        .data()
                        .path("emoji")
                        .asString())
                .isEqualTo("👍");
        assertThat(events.awaitMessage(session, "message.edited", textId)
                        .data()
                        .path("text")
                        .asString())
                .isEqualTo("Hola");
        assertThat(events.awaitMessage(session, "message.deleted", textId)
                        .data()
                        .path("from")
                        .asString())
                .isEqualTo(OTHER);
    }

    @Test
    void whatTheOwnPhoneWritesIsSentAndWhatTheApiSendsHasAStatusOnly() {
        String byPhone = phones.send(OWN, Map.of("to", OTHER, "text", "from the phone"));

        JsonNode sent = events.awaitMessage(session, "message.sent", byPhone).data();

        assertThat(sent.path("from").asString()).isEqualTo(OWN);
        assertThat(sent.path("chat").asString()).isEqualTo(OTHER);

        String byApi = gateway.publish(session, new Command.SendText(OTHER, "from the API", false));
        assertThat(events.awaitStatus(session, byApi, "sent")
                        .data()
                        .path("recipient")
                        .asString())
                .isEqualTo(OTHER);
        events.awaitStatus(session, byApi, "delivered");
        phones.read(OTHER);
        assertThat(events.awaitStatus(session, byApi, "read")
                        .data()
                        .path("recipient")
                        .asString())
                .isEqualTo(OTHER);
        assertThat(events.of(session))
                .noneMatch(event -> event.type().equals("message.sent")
                        && event.data().path("messageId").asString().equals(byApi));
    }

    @Test
    void aFailureIsAnEventToo() {
        phones.registered("628110008899", false);

        String id = gateway.publish(session, new Command.SendText("628110008899", "Halo", false));

        assertThat(events.awaitStatus(session, id, "failed").data().path("error"))
                .hasToString("{\"code\":\"not_registered\","
                        + "\"message\":\"The phone number is not registered on WhatsApp.\"}");
    }

    @Test
    void aMessageOfABrokenConnectionComesAgainUnderItsKey() {
        List<String> ids = new ArrayList<>();
        for (int i = 0; i < 30; i++) {
            ids.add(phones.send(OTHER, Map.of("to", OWN, "text", "m" + i)));
            if (i % 10 == 5) {
                phones.fault("drop-connection", OWN, 1);
            }
        }

        ids.forEach(id -> events.awaitMessage(session, "message.received", id));
        assertThat(events.of(session).stream()
                        .filter(event -> event.type().equals("message.received"))
                        .map(event -> event.data().path("messageId").asString())
                        .filter(ids::contains))
                .as("each once under its key, in the order in which they were written")
                .containsExactlyElementsOf(ids);
    }

    @Test
    void thePairingIsToldFromTheCodeToTheConnectionAndTheHistoryIsNot() {
        received(Map.of("text", "anything"));

        assertThat(statuses(session)).startsWith("connecting", "qr", "connected paired");
        JsonNode code = events.awaitEvent(session, event -> event.type().equals("session.qr"))
                .data();
        assertThat(code.path("qrCode").asString()).startsWith("data:image/png;base64,");
        assertThat(code.path("expiresAt").asString()).isNotBlank();
        assertThat(events.of(session))
                .extracting(event -> event.data().path("messageId").asString())
                .doesNotContain(beforePairing);
    }

    @Test
    void theEndOfASessionIsItsLastEvent() {
        UUID other = gateway.createSession();
        await().atMost(PATIENCE).until(() -> gateway.status(other) == SessionStatus.QR);
        String unsent = gateway.publish(other, new Command.SendText(OTHER, "never sent", true));
        events.awaitStatus(other, unsent, "failed");

        gateway.publish(other, new Command.DeleteSession());

        events.awaitEvent(
                other, event -> event.data().path("reason").asString("").equals("deleted"));
        assertThat(statuses(other)).startsWith("connecting").endsWith("disconnected deleted");
        assertThat(events.of(other).getLast().data().path("reason").asString()).isEqualTo("deleted");
    }

    private List<String> statuses(UUID of) {
        return events.of(of).stream()
                .filter(event -> event.type().equals("session.status"))
                .map(event -> (event.data().path("status").asString() + " "
                                + event.data().path("reason").asString(""))
                        .trim())
                .toList();
    }
}
