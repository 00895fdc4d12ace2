package dev.merpati.simulator;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The control API as a test uses it. */
final class ControlClient implements AutoCloseable {
    private static final JsonMapper MAPPER = JsonMapper.builder().build();

    private final HttpClient http = HttpClient.newHttpClient();
    private final String base;

    ControlClient(Simulator simulator) {
        base = "http://127.0.0.1:" + simulator.controlPort();
    }

    record Answer(int status, JsonNode json) {}

    Answer get(String path) {
        return json("GET", path, null);
    }

    Answer put(String path, Map<String, ?> body) {
        return json("PUT", path, MAPPER.writeValueAsString(body));
    }

    Answer post(String path, Map<String, ?> body) {
        return json("POST", path, MAPPER.writeValueAsString(body));
    }

    Answer delete(String path) {
        return json("DELETE", path, null);
    }

    Answer json(String method, String path, @Nullable String body) {
        HttpResponse<byte[]> response = send(method, path, body);
        return new Answer(response.statusCode(), MAPPER.readTree(response.body()));
    }

    /** Posts a file. */
    Answer upload(String path, String contentType, byte[] file) {
        HttpResponse<byte[]> response = send(HttpRequest.newBuilder(URI.create(base + path))
                .header("Content-Type", contentType)
                .POST(BodyPublishers.ofByteArray(file))
                .build());
        return new Answer(response.statusCode(), MAPPER.readTree(response.body()));
    }

    HttpResponse<byte[]> send(String method, String path, @Nullable String body) {
        return send(HttpRequest.newBuilder(URI.create(base + path))
                .method(method, body == null ? BodyPublishers.noBody() : BodyPublishers.ofString(body))
                .build());
    }

    private HttpResponse<byte[]> send(HttpRequest request) {
        try {
            return http.send(request, BodyHandlers.ofByteArray());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** The id of a new fault. */
    String fault(Map<String, ?> fault) {
        return post("/sim/faults", fault).json().get("id").stringValue();
    }

    JsonNode messages(String number) {
        return get("/sim/phones/" + number + "/messages").json();
    }

    long stat(String name) {
        return get("/sim/stats").json().get(name).longValue();
    }

    /** How often a rule was broken. */
    long refused(String rule) {
        JsonNode count = get("/sim/refusals").json().get("counts").get(rule);
        return count == null ? 0 : count.longValue();
    }

    @Override
    public void close() {
        http.close();
    }
}
