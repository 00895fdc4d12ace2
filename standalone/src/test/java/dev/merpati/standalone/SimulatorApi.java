package dev.merpati.standalone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import tools.jackson.databind.JsonNode;

/** The simulator's control API. */
final class SimulatorApi {
    private static final Duration PATIENCE = Duration.ofSeconds(40);

    private final String url;

    SimulatorApi(String url) {
        this.url = url;
    }

    void addPhone(String number) {
        ok(Http.exchange(Http.request(url + "/sim/phones/" + number)
                .PUT(Http.json(Map.of()))
                .build()));
    }

    /** The phone's entry in the list of phones. */
    JsonNode phone(String number) {
        JsonNode phones = ok(Http.exchange(
                        Http.request(url + "/sim/phones").GET().build()))
                .json();
        return phones.values().stream()
                .filter(phone -> phone.required("number").asString().equals(number))
                .findFirst()
                .orElseThrow();
    }

    /** Scans a QR code, given as the data URL of a picture. */
    void scan(String number, String image) {
        Answer answer = post("/sim/phones/" + number + "/scan", Map.of("image", image));
        assertThat(answer.status()).as("%s", answer).isEqualTo(200);
    }

    Answer post(String path, Object body) {
        return Http.exchange(Http.request(url + path)
                .header("Content-Type", "application/json")
                .POST(Http.json(body))
                .build());
    }

    void unlink(String number) {
        ok(post("/sim/phones/" + number + "/unlink", Map.of()));
    }

    void read(String number) {
        ok(post("/sim/phones/" + number + "/read", Map.of()));
    }

    /** Starts a fault and returns its id. */
    String fault(Map<String, Object> fault) {
        Answer answer = post("/sim/faults", fault);
        assertThat(answer.status()).as("%s", answer).isBetween(200, 201);
        return answer.text("id");
    }

    void endFault(String id) {
        ok(Http.exchange(Http.request(url + "/sim/faults/" + id).DELETE().build()));
    }

    void endFaults() {
        ok(Http.exchange(Http.request(url + "/sim/faults").DELETE().build()));
    }

    JsonNode stats() {
        return ok(Http.exchange(Http.request(url + "/sim/stats").GET().build())).json();
    }

    List<JsonNode> messages(String number) {
        JsonNode messages = ok(Http.exchange(Http.request(url + "/sim/phones/" + number + "/messages")
                        .GET()
                        .build()))
                .json();
        return List.copyOf(messages.values());
    }

    /** Waits until a message has reached the phone and was decrypted there, and returns it. */
    JsonNode awaitMessage(String number, String messageId) {
        AtomicReference<JsonNode> found = new AtomicReference<>();
        await().atMost(PATIENCE).pollInterval(Duration.ofMillis(50)).untilAsserted(() -> {
            List<JsonNode> messages = messages(number);
            found.set(messages.stream()
                    .filter(message -> message.required("id").asString().equals(messageId))
                    .findFirst()
                    .orElseThrow(() -> new AssertionError(messageId + " is not among " + messages)));
        });
        return found.get();
    }

    byte[] media(String number, String messageId) {
        return ok(Http.exchange(Http.request(url + "/sim/phones/" + number + "/messages/" + messageId + "/media")
                        .GET()
                        .build()))
                .body();
    }

    private static Answer ok(Answer answer) {
        assertThat(answer.status()).as("%s", answer).isBetween(200, 204);
        return answer;
    }
}
