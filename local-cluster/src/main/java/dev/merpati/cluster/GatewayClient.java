package dev.merpati.cluster;

import static org.awaitility.Awaitility.await;

import java.io.InputStream;
import java.net.http.HttpRequest;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * The REST API as a customer's program uses it. Thread-safe. Methods that return an {@link Answer} return any answer;
 * the others fail when it is not the expected one. All throw {@link UnansweredException} when there is none.
 */
public final class GatewayClient {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    /** Files take turns in the gateway, and large ones in S3 take their time. */
    private static final Duration UPLOAD_PATIENCE = Duration.ofMinutes(4);

    private final String url;
    private final String apiKey;

    public GatewayClient(String url, String apiKey) {
        this.url = url;
        this.apiKey = apiKey;
    }

    public Answer get(String path, String... headers) {
        return Http.exchange(with(headers, request(path)).GET().build());
    }

    public Answer post(String path, Object body, String... headers) {
        return Http.exchange(with(headers, request(path))
                .header("Content-Type", "application/json")
                .POST(Http.json(body))
                .build());
    }

    public Answer delete(String path) {
        return Http.exchange(request(path).DELETE().build());
    }

    /** Creates a session and returns its id. */
    public String createSession() {
        return post("/api/sessions", Map.of("sessionName", "My Business Account"))
                .expect(201)
                .text("sessionId");
    }

    /** Asks for the session's QR code: with 200, {@code qrCode} is a PNG as a data URL. */
    public Answer qrCode(String session) {
        return get("/api/sessions/" + session + "/qr");
    }

    /** Creates a session, lets a phone scan its QR code and waits until it is connected. */
    public String connectedSession(SimulatorClient simulator, String phone) {
        String session = createSession();
        pair(session, simulator, phone);
        return session;
    }

    /** Lets a phone scan the session's QR code and waits until the session is connected. */
    public void pair(String session, SimulatorClient simulator, String phone) {
        simulator.addPhone(phone);
        await("QR code of " + session).atMost(PATIENCE).until(() -> {
            // None yet, or it expired under way: there will be another one.
            Answer qrCode = qrCode(session);
            return qrCode.status() == 200
                    && simulator.scan(phone, qrCode.text("qrCode")).status() == 200;
        });
        awaitStatus(session, "connected");
    }

    /** The session's status: {@code connecting}, {@code qr}, {@code connected} or {@code disconnected}. */
    public String status(String session) {
        return get("/api/sessions/" + session)
                .expect(200)
                .json()
                .required("session")
                .required("status")
                .asString();
    }

    public void awaitStatus(String session, String status) {
        await("session " + session + " is " + status).atMost(PATIENCE).until(() -> status(session), status::equals);
    }

    public Answer send(String session, String to, String message, String... headers) {
        return post("/api/sessions/" + session + "/send", Map.of("to", to, "message", message), headers);
    }

    /** Sends a text, requires that it was acknowledged, and returns the message id. */
    public String sent(String session, String to, String message) {
        return send(session, to, message).expect(200).text("messageId");
    }

    /** What became of a message. */
    public Answer message(String messageId) {
        return get("/api/messages/" + messageId);
    }

    public void awaitMessageStatus(String messageId, String status) {
        await("message " + messageId + " is " + status)
                .atMost(PATIENCE)
                .until(() -> message(messageId).text("status"), status::equals);
    }

    /** Asks which of the numbers are on WhatsApp. */
    public Answer check(String session, List<String> phoneNumbers) {
        return post("/api/number-checker", Map.of("sessionId", session, "phoneNumbers", phoneNumbers));
    }

    public Answer sendMedia(
            String session, Map<String, String> fields, String fileName, byte[] content, String... headers) {
        Multipart body = new Multipart();
        fields.forEach(body::field);
        body.file("media", fileName, content);
        return Http.exchange(with(headers, request("/api/sessions/" + session + "/send-media"))
                .header("Content-Type", body.contentType())
                .POST(body.publisher())
                .build());
    }

    /** Sends a file that is read while it is sent; this program never holds it whole. */
    public Answer sendMedia(String session, Map<String, String> fields, String fileName, InputStream content) {
        Multipart body = new Multipart();
        fields.forEach(body::field);
        return Http.exchange(request("/api/sessions/" + session + "/send-media")
                .header("Content-Type", body.contentType())
                .timeout(UPLOAD_PATIENCE)
                .POST(body.publisher("media", fileName, content))
                .build());
    }

    /**
     * Creates a webhook for events from now on, and returns its id; the endpoint learns its secret.
     *
     * @param types of the events; all when there is none
     */
    public String createWebhook(WebhookEndpoint endpoint, String... types) {
        Answer created = post("/api/webhooks", Map.of("url", endpoint.url(), "types", types))
                .expect(201);
        endpoint.trust(created.text("secret"));
        return created.json().required("webhook").required("id").asString();
    }

    /** Has all events that the webhook wants delivered again, from that event or time on, and requires that this was accepted. */
    public void replay(String webhookId, String from) {
        post("/api/webhooks/" + webhookId + "/replay", Map.of("from", from)).expect(202);
    }

    /**
     * Reads the tenant's events in order.
     *
     * @param after where the last answer ended ({@code next}); empty for the oldest that is kept
     */
    public Answer events(String after) {
        return get("/api/events?limit=500" + (after.isEmpty() ? "" : "&after=" + after));
    }

    private HttpRequest.Builder request(String path) {
        return Http.request(url + path).header("X-API-Key", apiKey);
    }

    private static HttpRequest.Builder with(String[] headers, HttpRequest.Builder request) {
        return headers.length == 0 ? request : request.headers(headers);
    }
}
