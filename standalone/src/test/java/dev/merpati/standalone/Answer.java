package dev.merpati.standalone;

import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What a server answered. */
final class Answer {
    private static final JsonMapper JSON = JsonMapper.builder().build();

    private final HttpResponse<byte[]> response;

    Answer(HttpResponse<byte[]> response) {
        this.response = response;
    }

    int status() {
        return response.statusCode();
    }

    byte[] body() {
        return response.body();
    }

    JsonNode json() {
        return JSON.readTree(body());
    }

    String text(String field) {
        return json().required(field).asString();
    }

    @Override
    public String toString() {
        return status() + " " + new String(body(), StandardCharsets.UTF_8);
    }
}
