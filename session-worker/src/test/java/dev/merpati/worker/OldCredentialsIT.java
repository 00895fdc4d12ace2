package dev.merpati.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.merpati.model.command.Command;
import dev.merpati.model.kafka.CommandTopic;
import dev.merpati.model.outcome.CommandState;
import dev.merpati.model.session.SessionStatus;
import dev.merpati.simulator.Simulator;
import dev.merpati.simulator.SimulatorOptions;
import dev.merpati.worker.cobalt.SimulatorControl;
import java.io.IOException;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.util.FileSystemUtils;

/**
 * Credentials as a release stored them that kept Signal sessions and pre-keys among the keys, in one blob: what is in the
 * resources was made by that release and its simulator, and closed properly, after messages both ways.
 */
@Tag("heavy")
class OldCredentialsIT {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final UUID SESSION = UUID.fromString("5f0c1a52-6a44-4e0e-9d8b-2f27f96c7001");
    private static final String OWN = "628110000001";
    private static final String CONTACT = "628110000002";

    private final CommandTopic topic = new CommandTopic("old-credentials-" + UUID.randomUUID(), 2);

    @TempDir
    private Path folder;

    @AutoClose
    private final TestGateway gateway = new TestGateway(
            topic,
            Services.kafka().bootstrapServers(),
            Services.redis().host(),
            Services.redis().port());

    @BeforeEach
    void unpack() throws IOException, URISyntaxException {
        URL resources = Objects.requireNonNull(OldCredentialsIT.class.getResource("/credentials-in-one-blob"));
        FileSystemUtils.copyRecursively(Path.of(resources.toURI()), folder);
        gateway.clearRedis();
        gateway.redis()
                .opsForHash()
                .put(
                        gateway.keys().credentials(SESSION),
                        "envelope",
                        Files.readString(folder.resolve("envelope.txt")).strip());
    }

    @Test
    void aWorkerOfTodayGoesOnInTheSignalSessionsAndTheNextOneToo() throws IOException {
        try (Simulator simulator = Simulator.start(
                        SimulatorOptions.defaults().withControlPort(0).withDirectory(folder.resolve("simulator")));
                SimulatorControl control = new SimulatorControl(simulator.controlPort())) {
            gateway.recordSession(SESSION);
            for (int run = 0; run < 2; run++) {
                try (TestWorker _ = start(simulator)) {
                    await().atMost(PATIENCE).until(() -> gateway.status(SESSION) == SessionStatus.CONNECTED);

                    String sent = gateway.publish(SESSION, new Command.SendText(CONTACT, "after " + run, false));
                    String written = control.send(CONTACT, Map.of("to", OWN, "text", "an answer"));

                    await().atMost(PATIENCE).until(() -> gateway.state(sent) == CommandState.SUCCEEDED);
                    String text = "after " + run;
                    await().atMost(PATIENCE)
                            .until(() -> control.messages(CONTACT).stream()
                                    .anyMatch(message ->
                                            message.path("text").asString().equals(text)));
                    await().atMost(PATIENCE)
                            .until(() -> control.sent(CONTACT, OWN, written)
                                            .path("devices")
                                            .size()
                                    > 1);
                }
            }
            assertThat(control.stat("pairings")).isZero();
            assertThat(control.stat("keyQueries")).as("key bundles fetched").isZero();
            assertThat(control.stat("undecryptable")).isZero();
            assertThat(control.stat("retryRequests")).isZero();
            assertThat(gateway.redis().opsForHash().keys(gateway.keys().credentials(SESSION)))
                    .as("the records of today")
                    .anyMatch(name -> String.valueOf(name).startsWith("signal:"));
        }
    }

    private TestWorker start(Simulator simulator) throws IOException {
        Path authority = Files.writeString(folder.resolve("ca.pem"), simulator.caCertificatePem());
        return new TestWorker(
                "w1",
                topic,
                folder.resolve("media"),
                null,
                "merpati.whatsapp.proxy=http://127.0.0.1:" + simulator.proxyPort(),
                "merpati.whatsapp.ca-certificate=" + authority,
                "merpati.whatsapp.pre-keys=30");
    }
}
