package dev.merpati.cluster;

import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What a server answered. */
public final class Answer {
    private static final JsonMapper JSON = JsonMapper.builder().build();

    private final HttpResponse<byte[]> response;

    Answer(HttpResponse<byte[]> response) {
        this.response = response;
    }

    public int status() {
        return response.statusCode();
    }

    public Optional<String> header(String name) {
        return response.headers().firstValue(name);
    }

    public byte[] body() {
        return response.body();
    }

    public String bodyText() {
        return new String(body(), StandardCharsets.UTF_8);
    }

    public JsonNode json() {
        return JSON.readTree(body());
    }

    /** A field of the JSON object that the body is. */
    public String text(String field) {
        return json().required(field).asString();
    }

    /** This answer, if it has that status. */
    public Answer expect(int status) {
        if (status() != status) {
            throw new IllegalStateException("expected " + status + " from " + response.uri() + ", found " + this);
        }
        return this;
    }

    @Override
    public String toString() {
        return status() + " " + bodyText();
    }
}
