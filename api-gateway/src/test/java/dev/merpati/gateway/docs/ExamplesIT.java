package dev.merpati.gateway.docs;

import static dev.merpati.gateway.harness.TestJson.body;
import static org.assertj.core.api.Assertions.assertThat;

import dev.merpati.gateway.auth.Scope;
import dev.merpati.gateway.auth.TenantKeys;
import dev.merpati.gateway.harness.FakeDispatcher;
import dev.merpati.gateway.harness.GatewayHarness;
import dev.merpati.gateway.harness.SharedGateway;
import dev.merpati.gateway.harness.TestAccount;
import dev.merpati.gateway.harness.TestJson;
import dev.merpati.model.media.ReceivedFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.test.web.reactive.server.WebTestClient;
import org.springframework.web.util.HtmlUtils;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Executes what the documentation shows, and compares the answers with what it says of them. */
class ExamplesIT {
    private static final Pattern CURL =
            Pattern.compile("<code id=\"([a-zA-Z]+)-example-code-curl\">(.*?)</code>", Pattern.DOTALL);
    private static final ApiDescription DESCRIPTION = new ApiDescription(JsonMapper.shared());

    private final GatewayHarness gateway = SharedGateway.get();
    private final TestAccount account = TestAccount.on(gateway, "business");
    private final TenantKeys.MadeKey key = account.key(Scope.ALL);
    private final WebTestClient client = account.clientWith(key.apiKey());
    private final SchemaCheck schemas = new SchemaCheck(DESCRIPTION);
    private final FakeDispatcher dispatcher = new FakeDispatcher(gateway);

    @TempDir
    Path directory;

    @AfterEach
    void stopDispatcher() {
        dispatcher.close();
    }

    @BeforeEach
    void needsCurl() throws IOException {
        Assumptions.assumeTrue(Curl.isInstalled(), "curl is not installed");
        Files.write(directory.resolve("image.jpg"), new byte[] {
            (byte) 0xff, (byte) 0xd8, (byte) 0xff, (byte) 0xe0, 0, 16, 'J', 'F', 'I', 'F', 0, 1, 1, 0, 0, 1, 0, 1, 0, 0
        });
    }

    static Stream<String> operations() {
        // A stream ends after half an hour; EventStreamsIT reads it.
        return DESCRIPTION.operations().stream().map(Operation::id).filter(id -> !id.equals("streamEvents"));
    }

    @ParameterizedTest
    @MethodSource("operations")
    void everyExampleRequestOfTheDescriptionWorks(String id) {
        DESCRIPTION.operation(id).examples().values().forEach(example -> {
            String line = Snippets.of(example, "http://127.0.0.1:" + gateway.port())
                    .getFirst()
                    .code();
            expectSuccess(id, line);
        });
    }

    @ParameterizedTest
    @ValueSource(strings = {"en", "id"})
    void everyCurlLineOfTheGuideWorks(String language) {
        Map<String, String> lines = curlLines(language);
        lines.remove("streamEvents");

        assertThat(lines.keySet()).containsAll(operations().toList()).contains("authentication", "idempotency");
        lines.forEach((place, line) -> expectSuccess(
                switch (place) {
                    case "authentication" -> "listSessions";
                    case "idempotency" -> "sendText";
                    default -> place;
                },
                line));
    }

    @Test
    void everyCurlLineNamesTheUrlThatThePageCameFrom() {
        assertThat(curlLines("en").values())
                .allSatisfy(line -> assertThat(line).contains("http://127.0.0.1:" + gateway.port() + "/api/"));
    }

    /** By the place in the page. */
    private Map<String, String> curlLines(String language) {
        String page = GuidePages.get(gateway, "/docs?lang=" + language);
        return CURL.matcher(page)
                .results()
                .collect(Collectors.toMap(
                        match -> match.group(1),
                        match -> HtmlUtils.htmlUnescape(match.group(2)),
                        (one, other) -> one,
                        LinkedHashMap::new));
    }

    private void expectSuccess(String operationId, String line) {
        Operation operation = DESCRIPTION.operation(operationId);
        Curl.Answer answer = Curl.run(filledIn(operationId, line), directory);

        int success = operation.responses().keySet().iterator().next();
        assertThat(answer.status()).as("%s\n%s", line, answer.body()).isEqualTo(success);
        if (operationId.equals("getMedia")) {
            assertThat(answer.contentType()).isEqualTo("image/jpeg");
            assertThat(answer.body()).isEqualTo("a picture");
            return;
        }
        assertThat(answer.contentType()).isEqualTo("application/json");
        assertThat(schemas.errors(operation.answerSchema(success), TestJson.MAPPER.readTree(answer.body())))
                .as("%s\n%s", line, answer.body())
                .isEmpty();
    }

    /** Puts in what whoever copies a line puts in: the key, and ids of what there is. */
    private String filledIn(String operationId, String line) {
        UUID session = newSession();
        if (operationId.equals("getQrCode")) {
            gateway.worker().showQr(session, "2@abc", Duration.ofMinutes(1));
        } else if (!operationId.equals("requestPairingCode")) {
            gateway.worker().connect(session, "6281111111111");
        }
        if (operationId.equals("getMedia")) {
            receive(session);
        }
        return line.replace(Snippets.KEY_PLACEHOLDER, key.apiKey())
                .replace(
                        "wh_2vXk9Qm4RtYp7Lw3Zs8Bnc",
                        operationId.contains("ebhook")
                                        || operationId.equals("listDeliveries")
                                        || operationId.equals("replayEvents")
                                ? newWebhook()
                                : "none")
                .replace("YOUR_SESSION_ID", session.toString())
                .replace(DESCRIPTION.exampleSession(), session.toString())
                .replace("order-2041-confirmed", UUID.randomUUID().toString())
                .replace("3EB0C767D71D8D6E2CD5AA", operationId.equals("getMessage") ? newMessage(session) : "none")
                .replace(
                        "k3v9x2m7q8p1", account.key(Set.of(Scope.READ)).record().keyId());
    }

    private void receive(UUID session) {
        String mediaId = "q83vEjRWeJCrze8SNFZ4kA";
        gateway.worker()
                .redis()
                .hset(
                        gateway.worker().keys().receivedFiles(session),
                        mediaId,
                        new ReceivedFile("image/jpeg", null, 9, "", 0).stored());
        try {
            Files.writeString(
                    gateway.mediaDirectory().resolve(ReceivedFile.nameInStore(session, mediaId)), "a picture");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private String newWebhook() {
        return body(
                        client.post()
                                .uri("/api/webhooks")
                                .header("Content-Type", "application/json")
                                .bodyValue("{\"url\":\"https://shop.example.com\"}"),
                        201)
                .get("webhook")
                .get("id")
                .stringValue();
    }

    private UUID newSession() {
        JsonNode created = body(
                client.post()
                        .uri("/api/sessions")
                        .header("Content-Type", "application/json")
                        .bodyValue("{\"sessionName\":\"a session\"}"),
                201);
        return UUID.fromString(created.get("sessionId").stringValue());
    }

    private String newMessage(UUID session) {
        JsonNode sent = body(
                client.post()
                        .uri("/api/sessions/" + session + "/send")
                        .header("Content-Type", "application/json")
                        .bodyValue("{\"to\":\"6281234567890\",\"message\":\"hello\"}"),
                200);
        return sent.get("messageId").stringValue();
    }
}
