package dev.merpati.gateway.harness;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;
import org.springframework.test.web.reactive.server.EntityExchangeResult;
import org.springframework.test.web.reactive.server.WebTestClient;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** Answers compared as JSON: nothing may be missing and nothing may be added. */
public final class TestJson {
    public static final JsonMapper MAPPER = JsonMapper.shared();

    private TestJson() {}

    public static JsonNode parse(String json) {
        return MAPPER.readTree(json.replace('\'', '"'));
    }

    public static JsonNode parse(byte @Nullable [] json) {
        return json == null ? MAPPER.missingNode() : MAPPER.readTree(json);
    }

    /** The answer's body; fails unless the status is the expected one and the body is JSON. */
    public static JsonNode body(WebTestClient.RequestHeadersSpec<?> request, int status) {
        EntityExchangeResult<byte[]> result =
                request.exchange().expectBody(byte[].class).returnResult();
        byte[] bytes = result.getResponseBody() == null ? new byte[0] : result.getResponseBody();
        assertThat(result.getStatus().value())
                .as(new String(bytes, StandardCharsets.UTF_8))
                .isEqualTo(status);
        assertThat(String.valueOf(result.getResponseHeaders().getContentType())).isEqualTo("application/json");
        return parse(bytes);
    }

    /** @param expected JSON, with single quotes allowed for double ones */
    public static void expect(WebTestClient.RequestHeadersSpec<?> request, int status, String expected) {
        assertThat(body(request, status)).isEqualTo(parse(expected));
    }

    /** The body without one field, after checking that the field is there. */
    public static JsonNode without(JsonNode body, String field) {
        assertThat(body.has(field)).as("%s in %s", field, body).isTrue();
        ObjectNode copy = (ObjectNode) body.deepCopy();
        copy.remove(field);
        return copy;
    }
}
