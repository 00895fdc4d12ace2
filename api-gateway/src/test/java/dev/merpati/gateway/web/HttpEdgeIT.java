package dev.merpati.gateway.web;

import static dev.merpati.gateway.harness.TestJson.body;
import static org.assertj.core.api.Assertions.assertThat;

import dev.merpati.gateway.harness.CapturedLog;
import dev.merpati.gateway.harness.GatewayHarness;
import dev.merpati.gateway.harness.RawHttp;
import dev.merpati.gateway.harness.SharedGateway;
import dev.merpati.model.command.Command;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.io.IOException;
import java.time.Duration;
import java.util.UUID;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.test.web.reactive.server.WebTestClient;

/** What hostile and sloppy HTTP clients send. */
class HttpEdgeIT {
    private static final String TO = "6281234567890";

    private final GatewayHarness gateway = SharedGateway.get();
    private final WebTestClient acme = gateway.as(gateway.acme);

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Transfer-Encoding: chunked, xchunked",
                "Transfer-Encoding: xchunked, chunked",
                "Transfer-Encoding: chunked, chunked",
                "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked",
                "Transfer-Encoding: gzip, chunked",
                "Transfer-Encoding: gzip",
                "Transfer-Encoding: identity",
                "Transfer-Encoding:",
                "Transfer-Encoding: \"chunked\"",
                "Transfer-Encoding: chunked;q=1",
                "Transfer-Encoding : chunked",
                "Transfer-Encoding: chunked\r\nContent-Length: 2",
                "Content-Length: 2\r\nTransfer-Encoding: chunked",
                "Content-Length: 2\r\nContent-Length: 3",
                "Content-Length: +2",
                "Content-Length: 2, 2",
                "Content-Length: -1",
                "Content-Length: 0x2",
                "Content-Length: 99999999999999999999",
                "Host: second"
            })
    void refusesWhatTwoServersCouldReadDifferently(String headers) throws IOException {
        try (RawHttp client = new RawHttp(gateway.port())) {
            RawHttp.Answer answer = client.send(head("POST", "/api/sessions") + "Content-Type: application/json\r\n"
                            + headers + "\r\n\r\n0\r\n\r\n" + head("GET", "/api/sessions") + "\r\n")
                    .answer()
                    .isError(400);

            assertThat(answer.code()).isEqualTo("malformed_request");
            assertThat(client.isClosed()).isTrue();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "Host: a\r\nHost: a\r\n",
                "Host: a b\r\n",
                "Host: http://a\r\n",
                "Host: a,b\r\nHost: c\r\n",
                "Host: a/b\r\n"
            })
    void wantsOneHost(String hosts) throws IOException {
        try (RawHttp client = new RawHttp(gateway.port())) {
            client.send("GET /api/sessions HTTP/1.1\r\n" + hosts + key() + "\r\n")
                    .answer()
                    .isError(400);
            assertThat(client.isClosed()).isTrue();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"a:8080", "[::1]:80", "", "localhost", "xn--bcher-kva.example"})
    void takesEveryHostThatIsOne(String host) throws IOException {
        try (RawHttp client = new RawHttp(gateway.port())) {
            assertThat(client.send("GET /api/messages/x HTTP/1.1\r\nHost: " + host + "\r\n" + key() + "\r\n")
                            .answer()
                            .isError(404)
                            .code())
                    .isEqualTo("message_not_found");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "zz\r\n",
                "5\r\nabcdefgh\r\n",
                "-1\r\n",
                "ffffffffffffffff\r\n",
                "5;\u0001\r\n{",
                "\r\n",
                "1\r\n{\r\n0\r\nno colon\r\n\r\n"
            })
    void answersChunksThatAreNoneWithoutAStackTrace(String chunks) throws IOException {
        long before = answered400();
        try (CapturedLog log = CapturedLog.start();
                RawHttp client = new RawHttp(gateway.port())) {
            client.send(head("POST", "/api/number-checker")
                            + "Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n"
                            + chunks)
                    .answer()
                    .isError(400);

            assertThat(client.isClosed()).isTrue();
            assertThat(log.warnings()).isEmpty();
        }
        Awaitility.await()
                .untilAsserted(() -> assertThat(answered400())
                        .as("the request has ended with its answer, and waits for no rest of its body")
                        .isEqualTo(before + 1));
    }

    @ParameterizedTest
    @CsvSource({"/api/sessions/SESSION/reconnect, 200", "/api/nowhere, 404"})
    void answersForItselfWhereNobodyReadsTheBrokenChunks(String path, int status) throws IOException {
        String target =
                path.replace("SESSION", gateway.connectedSession(gateway.acme).toString());
        try (RawHttp client = new RawHttp(gateway.port())) {
            client.send(head("POST", target)
                    + "Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n1\r\n{\r\nzz\r\n");

            assertThat(client.answer().status()).isEqualTo(status);
            assertThat(client.isClosed()).isTrue();
        }
    }

    private long answered400() {
        return gateway
                .context()
                .getBean(MeterRegistry.class)
                .find("http.server.requests")
                .tag("status", "400")
                .timers()
                .stream()
                .mapToLong(Timer::count)
                .sum();
    }

    @ParameterizedTest
    @ValueSource(strings = {"/api/sessions", "/api/number-checker", "/api/sessions/SESSION/send"})
    void answers413OnEveryRouteHoweverTheBodyComes(String path) throws IOException {
        String target =
                path.replace("SESSION", gateway.connectedSession(gateway.acme).toString());
        String json = head("POST", target) + "Content-Type: application/json\r\n";
        String large = "{\"x\":\"" + "x".repeat(400_000) + "\"}";

        for (int i = 0; i < 3; i++) {
            answersTooLarge(json + "Content-Length: " + large.length() + "\r\n\r\n" + large);
            answersTooLarge(json + "Transfer-Encoding: chunked\r\n\r\n" + Integer.toHexString(large.length()) + "\r\n"
                    + large + "\r\n0\r\n\r\n");
        }
        answersTooLarge(json + "Content-Length: 9223372036854775807\r\n\r\n{");
    }

    private void answersTooLarge(String request) throws IOException {
        try (RawHttp client = new RawHttp(gateway.port())) {
            assertThat(client.send(request).answer().isError(413).code()).isEqualTo("body_too_large");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "text/plain",
                "text/*",
                "text/event-stream",
                "application/xml",
                "image/png",
                "x",
                "*/*;q=abc",
                "application/json;q=0",
                ",",
                "MANY"
            })
    void answersJsonWhateverAcceptSays(String accept) {
        UUID session = gateway.connectedSession(gateway.acme);
        String header = accept.equals("MANY") ? "text/plain,".repeat(60) + "text/html" : accept;

        body(acme.get().uri("/api/sessions").header("Accept", header), 200);
        body(acme.get().uri("/api/messages/x").header("Accept", header), 404);
        body(acme.get().uri("/api/nowhere").header("Accept", header), 404);
        body(
                acme.post()
                        .uri("/api/sessions/" + session + "/send")
                        .header("Accept", header)
                        .header("Content-Type", "application/json")
                        .bodyValue("{\"to\":\"" + TO + "\",\"message\":\"hi\"}"),
                200);
        assertThat(gateway.worker().received(Command.Send.class)).hasSize(1);
        if (!accept.equals("image/png")) {
            gateway.worker().showQr(session, "code", Duration.ofSeconds(60));
            body(acme.get().uri("/api/sessions/" + session + "/qr").header("Accept", header), 200);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"to\":\"TO\",\"message\":\"Promo \\ud83d\"}",
                "{\"to\":\"TO\",\"message\":\"\\ude00\\ud83d\"}",
                "{\"to\":\"TO\",\"message\":\"\\ud83d \\ude00\"}",
                "{\"to\":\"TO\",\"message\":\"hi\",\"more\":{\"deep\":[\"\\ud83d\"]}}",
                "{\"to\":\"TO\",\"message\":\"hi\",\"\\ud83d\":1}",
                "{\"to\":\"TO\",\"message\":\"\u00ed\u00a0\u00bd\"}",
                "{\"to\":\"TO\",\"message\":\"\u00ff\"}",
                "{\"to\":\"\\ud83d\",\"message\":\"hi\"}"
            })
    void refusesHalfACharacter(String json) throws IOException {
        UUID session = gateway.connectedSession(gateway.acme);
        String text = json.replace("TO", TO);
        try (RawHttp client = new RawHttp(gateway.port())) {
            client.send(head("POST", "/api/sessions/" + session + "/send")
                            + "Content-Type: application/json\r\nContent-Length: " + text.length() + "\r\n\r\n" + text)
                    .answer()
                    .isError(400);
        }
        assertThat(gateway.worker().received(Command.Send.class)).isEmpty();
    }

    @Test
    void takesWholeEmojiHoweverTheyAreWritten() throws IOException {
        UUID session = gateway.connectedSession(gateway.acme);
        for (String emoji : new String[] {"\\ud83d\\ude00", "\u00f0\u009f\u0098\u0080"}) {
            String text = "\u00ef\u00bb\u00bf{\"to\":\"" + TO + "\",\"message\":\"" + emoji + "\"}";
            try (RawHttp client = new RawHttp(gateway.port())) {
                client.send(head("POST", "/api/sessions/" + session + "/send")
                        + "Content-Type: application/json; charset=utf-8\r\nContent-Length: " + text.length()
                        + "\r\n\r\n" + text);
                assertThat(client.answer().status()).isEqualTo(200);
            }
        }
        assertThat(gateway.worker().received(Command.Send.class))
                .extracting(envelope -> ((Command.SendText) envelope.command()).text())
                .containsExactly("😀", "😀");
    }

    @Test
    void saysThatAContentTypeCannotBeParsed() throws IOException {
        assertThat(contentType("Content-Type: nonsense\r\n")).contains("cannot be parsed");
        assertThat(contentType("Content-Type: application/json; charset=klingon\r\n"))
                .contains("cannot be parsed");
        assertThat(contentType("Content-Type:\r\n")).contains("Content-Type");
        assertThat(contentType("")).contains("is missing");
    }

    private String contentType(String header) throws IOException {
        try (RawHttp client = new RawHttp(gateway.port())) {
            return client.send(head("POST", "/api/sessions") + header + "Content-Length: 2\r\n\r\n{}")
                    .answer()
                    .isError(415)
                    .message();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"/api/sessions/", "/api/sessions//", "/api/sessions/?limit=5&cursor=", "/api/sessions?cursor="})
    void ignoresSlashesAtTheEndAndAnEmptyCursor(String path) throws IOException {
        try (RawHttp client = new RawHttp(gateway.port())) {
            assertThat(client.send(head("GET", path) + "\r\n").answer().status())
                    .isEqualTo(200);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"%EF%BC%95", "%2B5", "5.0", "0x5", "%205", "", "99999999999999", "-1", "%D9%A5"})
    void takesOnlyPlainDigitsForALimit(String limit) throws IOException {
        try (RawHttp client = new RawHttp(gateway.port())) {
            client.send(head("GET", "/api/sessions?limit=" + limit) + "\r\n")
                    .answer()
                    .isError(400);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "OPTIONS * HTTP/1.1",
                "OPTIONS /api/sessions HTTP/1.1",
                "TRACE /api/sessions HTTP/1.1",
                "FOO /api/sessions HTTP/1.1",
                "CONNECT localhost:80 HTTP/1.1",
                "GET //api/sessions/../../x HTTP/1.1",
                "GET /api/sessions/%00 HTTP/1.1",
                "GET /api/sessions/%c3%28 HTTP/1.1",
                "GET /api/sessions/a;b=c HTTP/1.1",
                "GET /api/sessions?limit=%zz HTTP/1.1",
                "GET /api/sessions?limit=\u00ff HTTP/1.1",
                "GET /a|b HTTP/1.1",
                "GET http:///api HTTP/1.1",
                "GET nothing HTTP/1.1",
                "GET /nothing HTTP/3.7",
                "get /api/sessions HTTP/1.1"
            })
    void answersEveryOddRequestLineWithTheOneErrorBody(String line) throws IOException {
        try (CapturedLog log = CapturedLog.start();
                RawHttp client = new RawHttp(gateway.port())) {
            RawHttp.Answer answer = client.send(line + "\r\nHost: localhost\r\n" + key() + "\r\n")
                    .answer();

            assertThat(answer.status()).isBetween(200, 499);
            if (answer.status() != 200) {
                answer.isError(answer.status());
            }
            assertThat(log.warnings()).isEmpty();
        }
    }

    private String head(String method, String path) {
        return method + " " + path + " HTTP/1.1\r\nHost: localhost\r\n" + key();
    }

    private String key() {
        return "X-API-Key: " + gateway.acme.key().key() + "\r\n";
    }
}
