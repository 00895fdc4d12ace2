package dev.merpati.gateway.docs;

import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * A request that documentation shows.
 *
 * @param path with its query
 * @param headers beside the key and the content type
 * @param body null when there is none
 * @param form whether the body is sent as a form, in which {@code media} names a file, and not as JSON
 */
public record ExampleRequest(
        String method,
        String path,
        Map<String, String> headers,
        @Nullable JsonNode body,
        boolean form) {

    /** Whether it is answered with events for as long as it is open, and not with JSON. */
    boolean stream() {
        return path.startsWith("/api/events/stream");
    }

    /** Returns the request with another id in its path and body. */
    ExampleRequest with(String exampleId, String id) {
        JsonNode replaced =
                body == null ? null : Snippets.PRETTY.readTree(body.toString().replace(exampleId, id));
        return new ExampleRequest(method, path.replace(exampleId, id), headers, replaced, form);
    }
}
