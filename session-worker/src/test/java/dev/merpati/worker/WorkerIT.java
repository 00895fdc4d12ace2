package dev.merpati.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.merpati.model.command.Command;
import dev.merpati.model.kafka.CommandTopic;
import dev.merpati.model.number.NumberStatus;
import dev.merpati.model.outcome.CommandRecord;
import dev.merpati.model.outcome.CommandState;
import dev.merpati.model.outcome.Outcome;
import dev.merpati.model.session.SessionStatus;
import dev.merpati.worker.whatsapp.FakeWhatsApp;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A worker at its everyday work, with real Kafka and Redis. */
class WorkerIT {
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private final CommandTopic topic = new CommandTopic("it-" + UUID.randomUUID(), 4);
    private final FakeWhatsApp whatsApp = new FakeWhatsApp();
    private final TestWorker worker = startWorker();
    private final TestGateway gateway = new TestGateway(
            topic,
            Services.kafka().bootstrapServers(),
            Services.redis().host(),
            Services.redis().port());

    private TestWorker startWorker() {
        return new TestWorker("w1", topic, Services.temporaryDirectory(), whatsApp);
    }

    @BeforeEach
    void ready() {
        await().atMost(PATIENCE).until(worker::isReady);
    }

    @AfterEach
    void close() {
        gateway.close();
        worker.close();
    }

    @Test
    void pairsSendsAndResumesAfterARestart() {
        UUID session = gateway.createSession();
        await().atMost(PATIENCE).until(() -> gateway.status(session) == SessionStatus.QR);
        assertThat(gateway.redis().opsForValue().get(gateway.keys().qrCode(session)))
                .isEqualTo("qr-" + session);

        whatsApp.scan(session);
        await().atMost(PATIENCE).until(() -> gateway.status(session) == SessionStatus.CONNECTED);
        assertThat(gateway.session(session))
                .satisfies(
                        record -> assertThat(record).extracting("phoneNumber").isEqualTo(FakeWhatsApp.PHONE));

        String message = gateway.publish(session, new Command.SendText("391234567890", "hello", false));
        await().atMost(PATIENCE).until(() -> gateway.state(message) == CommandState.SUCCEEDED);
        assertThat(whatsApp.messageIds()).containsExactly(message);

        worker.close();
        assertThat(whatsApp.open()).isEmpty();
        try (TestWorker restarted = startWorker()) {
            await().atMost(PATIENCE).until(() -> whatsApp.open().size() == 1);
            assertThat(whatsApp.latest(session).request().credentials())
                    .satisfies(credentials -> assertThat(credentials)
                            .isNotNull()
                            .extracting("settled")
                            .isEqualTo(true));
            String again = gateway.publish(session, new Command.SendText("391234567890", "again", false));
            await().atMost(PATIENCE).until(() -> gateway.state(again) == CommandState.SUCCEEDED);
            assertThat(restarted.isReady()).isTrue();
        }
    }

    @Test
    void checksNumbers() {
        UUID session = connected();
        whatsApp.number("391", NumberStatus.INVALID);
        whatsApp.number("392", NumberStatus.UNKNOWN);

        String check = gateway.publish(session, new Command.CheckNumbers(List.of("390", "391", "392")));

        await().atMost(PATIENCE).until(() -> gateway.state(check) == CommandState.SUCCEEDED);
        assertThat(gateway.command(check))
                .extracting(CommandRecord::outcome)
                .isEqualTo(new Outcome.NumbersChecked(
                        Map.of("390", NumberStatus.VALID, "391", NumberStatus.INVALID, "392", NumberStatus.UNKNOWN)));
    }

    private UUID connected() {
        UUID session = gateway.createSession();
        await().atMost(PATIENCE).until(() -> gateway.status(session) == SessionStatus.QR);
        whatsApp.scan(session);
        await().atMost(PATIENCE).until(() -> gateway.status(session) == SessionStatus.CONNECTED);
        return session;
    }
}
