package dev.merpati.gateway.web;

import static dev.merpati.gateway.harness.TestJson.body;
import static dev.merpati.gateway.harness.TestJson.expect;
import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.merpati.gateway.auth.ApiKeys;
import dev.merpati.gateway.harness.GatewayHarness;
import dev.merpati.gateway.harness.SharedGateway;
import dev.merpati.testlogging.ExpectErrors;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.LoggerFactory;
import org.springframework.http.HttpMethod;
import org.springframework.http.MediaType;
import org.springframework.test.web.reactive.server.WebTestClient;

class RequestIT {
    private static final String UNAUTHORIZED = """
            {'success':false,'error':'Unauthorized','code':'unauthorized',
             'message':'The API key is missing or not valid: check the X-API-Key header'}""";
    private static final String NO_SUCH_PATH = """
            {'success':false,'error':'Not Found','code':'path_not_found','message':'No such path: check the URL'}""";

    private final GatewayHarness gateway = SharedGateway.get();
    private final WebTestClient acme = gateway.as(gateway.acme);

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/api/sessions",
                "/api/messages/x",
                "/api/number-checker",
                "/api/nothing",
                "/api",
                "/%61pi/sessions",
                "/api/sessions/x/qr"
            })
    void wantsAKeyEverywhereUnderApi(String path) {
        expect(
                gateway.anonymous().get().uri(URI.create("http://127.0.0.1:" + gateway.port() + path)),
                401,
                UNAUTHORIZED);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "x", "mk_live_abcdefghijkl_secret", "YOUR_API_KEY"})
    void refusesWhatIsNoKey(String key) {
        expect(gateway.anonymous().get().uri("/api/sessions").header("X-API-Key", key), 401, UNAUTHORIZED);
    }

    @Test
    void refusesAKeyWithAnotherSecret() {
        String key = gateway.acme.key().key();
        String foreign = ApiKeys.generate("another pepper of another gateway").key();
        String forged = "mk_live_" + gateway.acme.key().keyId() + foreign.substring(20);

        assertThat(forged).hasSameSizeAs(key);
        expect(gateway.anonymous().get().uri("/api/sessions").header("X-API-Key", forged), 401, UNAUTHORIZED);
        expect(gateway.anonymous().get().uri("/api/sessions").header("X-API-Key", foreign), 401, UNAUTHORIZED);
    }

    @Test
    void knowsNoOtherPaths() {
        expect(acme.get().uri("/api/nothing"), 404, NO_SUCH_PATH);
        expect(acme.get().uri("/api"), 404, NO_SUCH_PATH);
        expect(gateway.anonymous().get().uri("/index.html"), 404, NO_SUCH_PATH);
        expect(gateway.anonymous().get().uri("/api/index.html").header("Accept", "text/html"), 401, UNAUTHORIZED);
        expect(gateway.anonymous().get().uri("/actuator/health"), 404, NO_SUCH_PATH);
    }

    @Test
    void saysWhichMethodsThereAre() {
        expect(acme.method(HttpMethod.PUT).uri("/api/sessions"), 405, """
                {'success':false,'error':'Method Not Allowed','code':'method_not_allowed',
                 'message':'PUT is not possible here, allowed is GET, POST'}""");
        acme.method(HttpMethod.PUT)
                .uri("/api/sessions")
                .exchange()
                .expectHeader()
                .value("Allow", allowed -> assertThat(allowed.split(",")).hasSize(2));
    }

    @Test
    void saysWhichContentTypeItWants() {
        expect(
                acme.post()
                        .uri("/api/sessions")
                        .contentType(MediaType.TEXT_PLAIN)
                        .bodyValue("hi"),
                415,
                """
                {'success':false,'error':'Unsupported Media Type','code':'unsupported_content_type',
                 'message':'Content-Type is text/plain, expected is application/json'}""");
        assertThat(body(
                                acme.post()
                                        .uri("/api/sessions")
                                        .contentType(MediaType.APPLICATION_FORM_URLENCODED)
                                        .bodyValue("a=b"),
                                415)
                        .get("code")
                        .stringValue())
                .isEqualTo("unsupported_content_type");
    }

    @ParameterizedTest
    @ValueSource(strings = {"{", "{\"sessionName\":}", "nothing", "{} {}", "\u0000"})
    void refusesWhatIsNoJson(String text) {
        expect(
                acme.post()
                        .uri("/api/sessions")
                        .contentType(MediaType.APPLICATION_JSON)
                        .bodyValue(text),
                400,
                """
                {'success':false,'error':'Bad Request','code':'malformed_request',
                 'message':'The request cannot be read: the body must be valid JSON'}""");
    }

    @Test
    void refusesABodyThatIsTooLarge() {
        String text = "{\"sessionName\":\"" + "x".repeat(5_000_000) + "\"}";

        expect(
                acme.post()
                        .uri("/api/sessions")
                        .contentType(MediaType.APPLICATION_JSON)
                        .bodyValue(text),
                413,
                """
                {'success':false,'error':'Content Too Large','code':'body_too_large','limit':262144,
                 'message':'The request body is larger than 262144 bytes'}""");
    }

    @Test
    void answersBeforeItClosesOnAClientThatSendsALot() throws Exception {
        try (HttpClient client =
                HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build()) {
            for (int i = 0; i < 3; i++) {
                HttpResponse<String> answer = client.send(
                        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + gateway.port() + "/api/sessions"))
                                .header("Content-Type", "application/json")
                                .POST(HttpRequest.BodyPublishers.ofByteArray(new byte[20_000_000]))
                                .build(),
                        HttpResponse.BodyHandlers.ofString());
                assertThat(answer.statusCode()).isEqualTo(401);
            }
        }
    }

    @Test
    void echoesTheRequestId() {
        acme.get()
                .uri("/api/sessions")
                .header("X-Request-Id", "My-request_1.0")
                .exchange()
                .expectHeader()
                .valueEquals("X-Request-Id", "My-request_1.0");
        gateway.anonymous()
                .get()
                .uri("/api/sessions")
                .header("X-Request-Id", "mine")
                .exchange()
                .expectHeader()
                .valueEquals("X-Request-Id", "mine");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "with blank", "<script>", "ab\tc"})
    void makesARequestIdWhenThereIsNoneThatCanBeUsed(String sent) {
        acme.get()
                .uri("/api/sessions")
                .header("X-Request-Id", sent)
                .exchange()
                .expectHeader()
                .value("X-Request-Id", id -> assertThat(UUID.fromString(id)).hasToString(id));
        acme.get()
                .uri("/api/sessions")
                .header("X-Request-Id", "x".repeat(129))
                .exchange()
                .expectHeader()
                .value("X-Request-Id", id -> assertThat(id).hasSize(36));
    }

    @Test
    @ExpectErrors(logger = "dev.merpati.gateway.error")
    void putsTheIdsOfRequestAndTenantOnEveryLogLineAndShowsNoStackTrace() {
        Logger logger = (Logger) LoggerFactory.getLogger("dev.merpati.gateway");
        ListAppender<ILoggingEvent> lines = new ListAppender<>() {
            @Override
            protected void append(ILoggingEvent line) {
                // Fetches the MDC, which belongs to this thread.
                line.prepareForDeferredProcessing();
                super.append(line);
            }
        };
        lines.start();
        logger.addAppender(lines);
        String id = "3EB000000000000000000F";
        String key = gateway.worker().keys().command(id);
        gateway.worker().redis().set(key, "of another type");

        expect(acme.get().uri("/api/messages/" + id).header("X-Request-Id", "find-me"), 500, """
                {'success':false,'error':'Internal Server Error','code':'internal_error',
                 'message':'Something went wrong on our side: contact support with the X-Request-Id if it happens again'}""");

        gateway.worker().redis().del(key);
        logger.detachAppender(lines);
        assertThat(lines.list)
                .hasSize(1)
                .allSatisfy(line -> assertThat(line.getMDCPropertyMap())
                        .containsEntry("requestId", "find-me")
                        .containsEntry("tenantId", gateway.acme.id()));
    }
}
