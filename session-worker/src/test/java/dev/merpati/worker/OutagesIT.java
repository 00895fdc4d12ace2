package dev.merpati.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.merpati.model.kafka.CommandTopic;
import dev.merpati.model.outcome.CommandRecord;
import dev.merpati.model.outcome.CommandState;
import dev.merpati.model.session.SessionStatus;
import dev.merpati.testing.KafkaServer;
import dev.merpati.testing.RedisServer;
import dev.merpati.testing.TestServers;
import dev.merpati.worker.event.EventLog;
import dev.merpati.worker.event.EventsUnavailableException;
import dev.merpati.worker.whatsapp.FakeWhatsApp;
import dev.merpati.worker.whatsapp.IncomingContent;
import dev.merpati.worker.whatsapp.IncomingMessage;
import dev.merpati.worker.whatsapp.SendResult;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.springframework.dao.DataAccessException;

/** Kafka and Redis go away and come back while a session is connected. */
@Tag("heavy")
class OutagesIT {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final Path data = Services.temporaryDirectory();
    private final CommandTopic topic = new CommandTopic("outages", 2);
    private final FakeWhatsApp whatsApp = new FakeWhatsApp();
    private final KafkaServer kafka = TestServers.kafka(data.resolve("kafka"));
    private final RedisServer redis = TestServers.redis(data.resolve("redis"), "--appendfsync", "always");
    private final TestGateway gateway = new TestGateway(topic, kafka.bootstrapServers(), redis.host(), redis.port());
    private final TestWorker worker = new TestWorker(
            "w1",
            topic,
            data.resolve("media"),
            whatsApp,
            "spring.kafka.bootstrap-servers=" + kafka.bootstrapServers(),
            "spring.data.redis.port=" + redis.port(),
            "spring.data.redis.timeout=500ms");
    private UUID session = new UUID(0, 0);

    @BeforeEach
    void connect() {
        await().atMost(PATIENCE).until(worker::isReady);
        session = gateway.createSession();
        await().atMost(PATIENCE).until(() -> gateway.status(session) == SessionStatus.QR);
        whatsApp.scan(session);
        await().atMost(PATIENCE).until(() -> gateway.status(session) == SessionStatus.CONNECTED);
    }

    @AfterEach
    void close() {
        worker.close();
        gateway.close();
        redis.close();
        kafka.close();
    }

    @Test
    void anOutcomeWaitsForRedisAndIsNotLost() {
        String inTime = gateway.publish(session, WorkerFixture.text("in time"));
        await().atMost(PATIENCE).until(() -> stateOf(inTime) == CommandState.SUCCEEDED);
        whatsApp.whenSent((_, _) -> {
            redis.kill();
            return new SendResult.Acknowledged(null, null);
        });
        String during = gateway.publish(session, WorkerFixture.text("during"));
        await().atMost(PATIENCE).until(() -> !answers());
        assertThat(worker.metric("merpati.worker.commands.in.flight")).isEqualTo(1);

        redis.start();

        await().atMost(PATIENCE).ignoreExceptions().until(() -> stateOf(during) == CommandState.SUCCEEDED);
        assertThat(whatsApp.messages()).hasSize(2);
        assertThat(whatsApp.connections(session)).hasSize(1);
    }

    @Test
    void theSessionStaysConnectedWhileKafkaIsAway() {
        kafka.stop();
        assertHealthy();
        kafka.start();

        String after = gateway.publish(session, WorkerFixture.text("after"));

        await().atMost(PATIENCE).until(() -> stateOf(after) == CommandState.SUCCEEDED);
        assertThat(whatsApp.connections(session)).hasSize(1);
        assertThat(whatsApp.open()).hasSize(1);
        assertHealthy();
    }

    /** The connector tries again until it is taken, and WhatsApp keeps what follows. */
    @Test
    void whatPhonesWriteWhileKafkaIsAwayIsNotTakenBeforeItIsStored() {
        try (EventLog events = new EventLog(kafka.bootstrapServers(), TestWorker.eventsOf(topic))) {
            events.awaitEvent(
                    session, event -> event.data().path("reason").asString("").equals("paired"));
            kafka.stop();
            assertThatThrownBy(() -> whatsApp.latest(session).message(message("during")))
                    .isInstanceOf(EventsUnavailableException.class);
            kafka.start();

            await().atMost(PATIENCE)
                    .ignoreExceptions()
                    .untilAsserted(() -> whatsApp.latest(session).message(message("during")));

            events.awaitMessage(session, "message.received", "during");
            assertThat(events.of(session).stream().filter(event -> event.type().equals("message.received")))
                    .hasSize(1);
            assertThat(whatsApp.connections(session)).hasSize(1);
        }
    }

    private static IncomingMessage message(String id) {
        IncomingMessage.Party sender = new IncomingMessage.Party("391234567890", null, 0);
        return new IncomingMessage(
                id,
                "from 391234567890@s.whatsapp.net",
                sender,
                sender,
                false,
                null,
                Instant.now(),
                false,
                null,
                new IncomingContent.Text("Halo"),
                new byte[0]);
    }

    /** A restart of the worker would only add a reconnect. */
    private void assertHealthy() {
        assertThat(worker.call("GET", "/actuator/health/readiness").statusCode())
                .isEqualTo(200);
        assertThat(worker.call("GET", "/actuator/health/liveness").statusCode()).isEqualTo(200);
    }

    private boolean answers() {
        try {
            gateway.redis().hasKey("anything");
            return true;
        } catch (DataAccessException e) {
            return false;
        }
    }

    private CommandState stateOf(String commandId) {
        CommandRecord command = gateway.command(commandId);
        return command == null ? CommandState.QUEUED : command.state();
    }
}
