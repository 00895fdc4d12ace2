package dev.merpati.gateway.message;

import static org.assertj.core.api.Assertions.assertThat;

import dev.merpati.gateway.harness.GatewayHarness;
import dev.merpati.gateway.harness.SharedGateway;
import dev.merpati.gateway.harness.TestJson;
import dev.merpati.model.session.SessionStatus;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Locale;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** What is known before the file is answered before the file, and reaches clients of every kind. */
class EarlyAnswerIT {
    private static final int LARGE = 40 * 1024 * 1024;
    private static final String TO = "6281234567890";

    private final GatewayHarness gateway = SharedGateway.get();
    private final UUID connected = gateway.connectedSession(gateway.acme);
    private final UUID unpaired = gateway.newSession(gateway.acme);

    @Test
    void answersBeforeTheFileIsSent() throws Exception {
        try (RawUpload upload = new RawUpload(gateway.port())) {
            String head = upload.begin(gateway.acme, unpaired, LARGE).head();

            assertThat(head).startsWith("HTTP/1.1 409").containsIgnoringCase("connection: close");
            assertThat(code(upload.body(head))).isEqualTo("session_not_connected");
        }
    }

    @Test
    void answersAnUnusableFieldBeforeTheFileThatFollowsIt() throws Exception {
        try (RawUpload upload = new RawUpload(gateway.port())) {
            String head = upload.begin(gateway.acme, connected, LARGE)
                    .send(RawUpload.field("to", "62812") + RawUpload.file())
                    .head();

            assertThat(head).startsWith("HTTP/1.1 400");
            assertThat(upload.body(head).get("field").stringValue()).isEqualTo("to");
        }
    }

    @Test
    void givesNoLeaveToSendWhatItRefuses() throws Exception {
        try (RawUpload upload = new RawUpload(gateway.port())) {
            String head = upload.begin(gateway.acme, unpaired, LARGE, "Expect: 100-continue")
                    .head();

            assertThat(head).startsWith("HTTP/1.1 409").containsIgnoringCase("connection: close");
            assertThat(code(upload.body(head))).isEqualTo("session_not_connected");
        }
    }

    @Test
    void givesLeaveToSendWhatItMayTake() throws Exception {
        byte[] form = RawUpload.form(TO, 1_000);
        try (RawUpload upload = new RawUpload(gateway.port())) {
            assertThat(upload.begin(gateway.acme, connected, form.length, "Expect: 100-continue")
                            .head())
                    .startsWith("HTTP/1.1 100");

            String head = upload.send(form).head();

            assertThat(head).startsWith("HTTP/1.1 200");
            assertThat(upload.body(head).has("messageId")).isTrue();
        }
    }

    @Test
    void reachesAClientThatListensOnlyWhenItHasSentEverything() throws Exception {
        byte[] form = RawUpload.form(TO, LARGE);
        try (RawUpload upload = new RawUpload(gateway.port())) {
            String head =
                    upload.begin(gateway.acme, unpaired, form.length).send(form).head();

            assertThat(head).startsWith("HTTP/1.1 409");
            assertThat(code(upload.body(head))).isEqualTo("session_not_connected");
        }
    }

    @Test
    void keepsTheConnectionOfASmallRequest() throws Exception {
        byte[] form = RawUpload.form(TO, 1_000);
        try (RawUpload upload = new RawUpload(gateway.port())) {
            for (int i = 0; i < 2; i++) {
                String head = upload.begin(gateway.acme, unpaired, form.length)
                        .send(form)
                        .head();

                assertThat(head.toLowerCase(Locale.ROOT))
                        .startsWith("http/1.1 409")
                        .doesNotContain("connection: close");
                upload.body(head);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void reachesTheJdksClient(boolean expectContinue) throws Exception {
        byte[] form = RawUpload.form(TO, LARGE);
        try (HttpClient client = HttpClient.newHttpClient()) {
            for (int i = 0; i < 3; i++) {
                HttpResponse<byte[]> answer = client.send(
                        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + gateway.port() + "/api/sessions/"
                                        + unpaired + "/send-media"))
                                .version(HttpClient.Version.HTTP_1_1)
                                .timeout(Duration.ofSeconds(30))
                                .expectContinue(expectContinue)
                                .header("X-API-Key", gateway.acme.key().key())
                                .header("Content-Type", "multipart/form-data; boundary=xyz")
                                .POST(HttpRequest.BodyPublishers.ofByteArray(form))
                                .build(),
                        HttpResponse.BodyHandlers.ofByteArray());

                assertThat(answer.statusCode()).isEqualTo(409);
                assertThat(answer.headers().firstValue("Content-Type")).hasValue("application/json");
                assertThat(code(TestJson.parse(answer.body()))).isEqualTo("session_not_connected");
            }
        }
    }

    @Test
    void readsTheFileOfARepeatedRequestWhoseAnswerIsKnown() throws Exception {
        byte[] form = RawUpload.form(TO, 1_000);
        String key = "Idempotency-Key: " + UUID.randomUUID();
        JsonNode first = answer(form, key);
        gateway.worker().setStatus(connected, SessionStatus.DISCONNECTED);

        assertThat(answer(form, key)).isEqualTo(first);
        assertThat(code(answer(form, "Idempotency-Key: " + UUID.randomUUID()))).isEqualTo("session_not_connected");
    }

    private JsonNode answer(byte[] form, String header) throws Exception {
        try (RawUpload upload = new RawUpload(gateway.port())) {
            return upload.body(upload.begin(gateway.acme, connected, form.length, header)
                    .send(form)
                    .head());
        }
    }

    private static String code(JsonNode error) {
        return error.get("code").stringValue();
    }
}
