package dev.merpati.standalone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.merpati.cluster.GatewayClient;
import dev.merpati.cluster.SimulatorClient;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What a process logs at DEBUG, as JSON, from its start over all kinds of requests to its end. */
@Tag("heavy")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class LogsIT {
    private static final Path JAR = Path.of("target", "standalone.jar").toAbsolutePath();
    private static final Duration PATIENCE = Duration.ofMinutes(4);
    private static final String SENDER = "6281355500001";
    private static final String RECIPIENT = "6281355500002";
    private static final String STRANGER = "6281355500003";
    private static final String TEXT = "marker-of-a-text";
    private static final String CAPTION = "marker-of-a-caption";
    private static final String FILE_NAME = "marker-of-a-file.pdf";
    private static final String WRONG_KEY = "mk_live_markerofakey1_" + "x".repeat(43) + "AAAAAA";
    private static final String REQUEST_ID = "request-of-the-marker";

    @TempDir
    private static Path folder = Path.of("");

    private String apiKey = "";
    private String password = "";
    private List<JsonNode> lines = List.of();
    private String everything = "";

    @BeforeAll
    void run() throws Exception {
        ProcessBuilder builder = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "--sun-misc-unsafe-memory-access=allow",
                        "--enable-native-access=ALL-UNNAMED",
                        "-jar",
                        JAR.toString(),
                        "--port",
                        "0",
                        "--simulator-port",
                        "0",
                        "--data",
                        data().toString())
                .redirectErrorStream(true)
                .redirectOutput(output().toFile());
        builder.environment()
                .putAll(Map.of("LOGGING_LEVEL_DEV_MERPATI", "debug", "LOGGING_STRUCTURED_FORMAT_FILE", "ecs"));
        Process process = builder.start();
        try {
            use(awaitReady());
        } finally {
            process.destroy();
            assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        }
        String log = Files.readString(data().resolve("logs").resolve("merpati.log"));
        lines = log.lines().map(line -> JsonMapper.shared().readTree(line)).toList();
        // The banner shows the key and the password of a first account, to whoever starts it.
        String banner = Files.readString(output(), StandardCharsets.UTF_8);
        assertThat(banner).contains(apiKey);
        everything = log + banner.replace(apiKey, "").replace(password, "");
    }

    @AfterAll
    void nothingIsLeft() {
        assertThat(data().resolve("standalone.json")).doesNotExist();
    }

    private void use(JsonNode ready) {
        apiKey = ready.required("apiKey").asString();
        password = ready.required("password").asString();
        String url = ready.required("gatewayUrl").asString();
        GatewayClient api = new GatewayClient(url, apiKey);
        SimulatorClient simulator =
                new SimulatorClient(ready.required("simulatorUrl").asString());
        String session = api.connectedSession(simulator, SENDER);
        simulator.addPhone(RECIPIENT);
        api.send(session, RECIPIENT, TEXT, "X-Request-Id", REQUEST_ID).expect(200);
        api.send(session, STRANGER, TEXT).expect(200);
        api.send(session, "0" + RECIPIENT, TEXT).expect(400);
        api.sendMedia(
                        session,
                        Map.of("to", RECIPIENT, "caption", CAPTION),
                        FILE_NAME,
                        SampleFile.pdf(20_000, new Random(1)))
                .expect(200);
        api.check(session, List.of(RECIPIENT, STRANGER)).expect(200);
        new GatewayClient(url, WRONG_KEY).get("/api/sessions").expect(401);
        simulator.unlink(SENDER);
        api.awaitStatus(session, "disconnected");
        api.send(session, RECIPIENT, TEXT).expect(409);
        api.delete("/api/sessions/" + session).expect(200);
    }

    @Test
    void noLineTellsANumberATextOrAKey() {
        assertThat(lines).anyMatch(line -> line.at("/log/level").asString().equals("DEBUG"));
        for (String secret : List.of(
                SENDER,
                RECIPIENT,
                STRANGER,
                TEXT,
                CAPTION,
                FILE_NAME,
                WRONG_KEY,
                WRONG_KEY.substring(WRONG_KEY.lastIndexOf('_')),
                apiKey.substring(apiKey.lastIndexOf('_')),
                password)) {
            assertThat(everything.lines().filter(line -> line.contains(secret)))
                    .as(secret)
                    .isEmpty();
        }
    }

    @Test
    void everyLineOfARequestHasItsIdAndItsTenant() {
        List<JsonNode> ofTheRequest = lines.stream()
                .filter(line -> REQUEST_ID.equals(line.path("requestId").asString("")))
                .toList();

        assertThat(ofTheRequest)
                .as("the worker's line of the outcome")
                .anyMatch(line -> line.required("message").asString().contains("send-text ended"))
                .allSatisfy(
                        line -> assertThat(line.required("tenantId").asString()).isEqualTo("standalone"));
    }

    @Test
    void theStartTellsWhatAPersonWantsToKnowAndNoSettings() {
        assertThat(everything).doesNotContain("Config values", "bootstrap.servers", "generated security password");
        assertThat(lines.stream().map(line -> line.required("message").asString()))
                .as("one line for all shards")
                .filteredOn(message -> message.startsWith("Took "))
                .containsExactly("Took 16 shards with 0 sessions: 0-15");
        assertThat(lines.stream()
                        .filter(line -> !line.at("/log/level").asString().equals("DEBUG")))
                .hasSizeLessThan(100);
        assertThat(lines)
                .allSatisfy(
                        line -> assertThat(line.at("/service/name").asString()).isEqualTo("merpati"));
    }

    private static JsonNode awaitReady() {
        Path ready = data().resolve("standalone.json");
        await().atMost(PATIENCE)
                .untilAsserted(
                        () -> assertThat(ready).as(Files.readString(output())).exists());
        return JsonMapper.shared().readTree(ready.toFile());
    }

    private static Path data() {
        return folder.resolve("data");
    }

    private static Path output() {
        return folder.resolve("output");
    }
}
