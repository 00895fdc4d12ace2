package dev.merpati.standalone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/** The REST API as a customer's program uses it. */
final class GatewayApi {
    private static final Duration PATIENCE = Duration.ofSeconds(40);

    private final String url;
    private final String apiKey;

    GatewayApi(String url, String apiKey) {
        this.url = url;
        this.apiKey = apiKey;
    }

    Answer get(String path, String... headers) {
        return Http.exchange(with(headers, request(path)).GET().build());
    }

    Answer post(String path, Object body, String... headers) {
        return Http.exchange(with(headers, request(path))
                .header("Content-Type", "application/json")
                .POST(Http.json(body))
                .build());
    }

    Answer delete(String path) {
        return Http.exchange(request(path).DELETE().build());
    }

    /** Creates a session and returns its id. */
    String createSession() {
        Answer created = post("/api/sessions", Map.of("sessionName", "My Business Account"));
        assertThat(created.status()).as("%s", created).isEqualTo(201);
        return created.text("sessionId");
    }

    /** Creates a session, lets a phone scan its QR code and waits until it is connected. */
    String connectedSession(SimulatorApi simulator, String phone) {
        String session = createSession();
        link(session, simulator, phone);
        return session;
    }

    /** Lets a phone scan the session's QR code and waits until the session is connected. */
    void link(String session, SimulatorApi simulator, String phone) {
        simulator.addPhone(phone);
        Answer qr = get("/api/sessions/" + session + "/qr");
        assertThat(qr.status()).as("%s", qr).isEqualTo(200);
        simulator.scan(phone, qr.text("qrCode"));
        awaitStatus(session, "connected");
    }

    void awaitStatus(String session, String status) {
        await().atMost(PATIENCE)
                .pollInterval(Duration.ofMillis(100))
                .untilAsserted(
                        () -> assertThat(status(session)).as("%s", session).isEqualTo(status));
    }

    String status(String session) {
        Answer answer = get("/api/sessions/" + session);
        assertThat(answer.status()).as("%s", answer).isEqualTo(200);
        return answer.json().required("session").required("status").asString();
    }

    Answer send(String session, String to, String message) {
        return post("/api/sessions/" + session + "/send", Map.of("to", to, "message", message));
    }

    /** Sends a text, requires that it was acknowledged, and returns the message id. */
    String sent(String session, String to, String message) {
        Answer answer = send(session, to, message);
        assertThat(answer.status()).as("%s", answer).isEqualTo(200);
        return answer.text("messageId");
    }

    Answer check(String session, List<String> phoneNumbers) {
        return post("/api/number-checker", Map.of("sessionId", session, "phoneNumbers", phoneNumbers));
    }

    void awaitMessageStatus(String messageId, String status) {
        await().atMost(PATIENCE)
                .pollInterval(Duration.ofMillis(100))
                .untilAsserted(
                        () -> assertThat(get("/api/messages/" + messageId).text("status"))
                                .isEqualTo(status));
    }

    Answer sendMedia(String session, Map<String, String> fields, String fileName, byte[] content) {
        String boundary = "merpati-" + UUID.randomUUID();
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        fields.forEach(
                (name, value) -> part(body, boundary, "name=\"" + name + "\"", value.getBytes(StandardCharsets.UTF_8)));
        part(body, boundary, "name=\"media\"; filename=\"" + fileName + "\"", content);
        write(body, "--" + boundary + "--\r\n");
        return Http.exchange(request("/api/sessions/" + session + "/send-media")
                .header("Content-Type", "multipart/form-data; boundary=" + boundary)
                .POST(BodyPublishers.ofByteArray(body.toByteArray()))
                .build());
    }

    private static void part(ByteArrayOutputStream body, String boundary, String disposition, byte[] content) {
        write(body, "--" + boundary + "\r\nContent-Disposition: form-data; " + disposition + "\r\n\r\n");
        body.writeBytes(content);
        write(body, "\r\n");
    }

    private static void write(ByteArrayOutputStream body, String text) {
        try {
            body.write(text.getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private HttpRequest.Builder request(String path) {
        return Http.request(url + path).header("X-API-Key", apiKey);
    }

    private static HttpRequest.Builder with(String[] headers, HttpRequest.Builder request) {
        return headers.length == 0 ? request : request.headers(headers);
    }
}
