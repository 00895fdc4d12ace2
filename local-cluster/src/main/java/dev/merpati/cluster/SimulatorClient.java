package dev.merpati.cluster;

import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** The simulator's control API: phones, what they received, and faults. Thread-safe. */
public final class SimulatorClient {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final String url;

    public SimulatorClient(String url) {
        this.url = url;
    }

    public void addPhone(String number) {
        addPhone(number, Map.of());
    }

    /** Adds a phone of a certain kind, such as {@code passkey}. */
    public void addPhone(String number, Map<String, Boolean> traits) {
        ok(Http.exchange(Http.request(url + "/sim/phones/" + number)
                .PUT(Http.json(traits))
                .build()));
    }

    /** Enforces a rule of WhatsApp's for all clients, or does not. */
    public void enforce(String rule, boolean enforced) {
        ok(Http.exchange(Http.request(url + "/sim/rules/" + rule)
                .header("Content-Type", "application/json")
                .PUT(Http.json(Map.of("enforced", enforced)))
                .build()));
    }

    /** All phones, as the list of phones tells of them. */
    public List<JsonNode> phones() {
        return List.copyOf(get("/sim/phones").values());
    }

    /** The phone's entry in the list of phones. */
    public JsonNode phone(String number) {
        return phones().stream()
                .filter(phone -> phone.required("number").asString().equals(number))
                .findFirst()
                .orElseThrow();
    }

    /** Scans a QR code, given as the data URL of a picture: 200, or 410 when it has expired. */
    public Answer scan(String number, String image) {
        return post("/sim/phones/" + number + "/scan", Map.of("image", image));
    }

    public Answer post(String path, Object body) {
        return Http.exchange(Http.request(url + path)
                .header("Content-Type", "application/json")
                .POST(Http.json(body))
                .build());
    }

    public void unlink(String number) {
        ok(post("/sim/phones/" + number + "/unlink", Map.of()));
    }

    /** WhatsApp forgets all files, as it does after some weeks. */
    public void forgetMedia() {
        ok(Http.exchange(Http.request(url + "/sim/media").DELETE().build()));
    }

    public void read(String number) {
        ok(post("/sim/phones/" + number + "/read", Map.of()));
    }

    /** Lets a phone write, and returns the id of what it wrote; the types and their fields are in the simulator's README. */
    public String write(String number, Map<String, Object> message) {
        return ok(post("/sim/phones/" + number + "/messages", message)).text("id");
    }

    /** Whether a message that a phone wrote has reached a linked device of its recipient, which confirmed it. */
    public boolean isAtCompanion(String from, String to, String id) {
        return get("/sim/phones/" + from + "/chats/" + to).required("messages").values().stream()
                .filter(message -> message.required("id").asString().equals(id))
                .anyMatch(message -> message.path("devices").size() > 1);
    }

    /** Starts a fault and returns its id; its kinds and fields are in the simulator's README. */
    public String fault(Map<String, Object> fault) {
        return ok(post("/sim/faults", fault)).text("id");
    }

    public void endFault(String id) {
        ok(Http.exchange(Http.request(url + "/sim/faults/" + id).DELETE().build()));
    }

    public void endFaults() {
        ok(Http.exchange(Http.request(url + "/sim/faults").DELETE().build()));
    }

    /** What it refused because a client broke a rule of WhatsApp's: the rule, who, and what was sent. */
    public List<String> refusals() {
        return get("/sim/refusals").required("refusals").values().stream()
                .map(JsonNode::toString)
                .toList();
    }

    /** The counters since its start. */
    public JsonNode stats() {
        return get("/sim/stats");
    }

    /** One of the counters. */
    public long stat(String name) {
        return stats().required(name).asLong();
    }

    /** What the phone received and decrypted, oldest first. */
    public List<JsonNode> messages(String number) {
        return List.copyOf(get("/sim/phones/" + number + "/messages").values());
    }

    /** Waits until a message has reached the phone and was decrypted there, and returns it. */
    public JsonNode awaitMessage(String number, String messageId) {
        return Objects.requireNonNull(
                await("message " + messageId).atMost(PATIENCE).until(() -> find(number, messageId), Objects::nonNull));
    }

    public byte[] media(String number, String messageId) {
        return ok(Http.exchange(Http.request(url + "/sim/phones/" + number + "/messages/" + messageId + "/media")
                        .GET()
                        .build()))
                .body();
    }

    private @Nullable JsonNode find(String number, String messageId) {
        return messages(number).stream()
                .filter(message -> message.required("id").asString().equals(messageId))
                .findFirst()
                .orElse(null);
    }

    private JsonNode get(String path) {
        return ok(Http.exchange(Http.request(url + path).GET().build())).json();
    }

    private static Answer ok(Answer answer) {
        return answer.status() == 204 ? answer : answer.expect(200);
    }
}
