package dev.merpati.gateway.docs;

import java.util.Map;
import org.springframework.http.HttpStatus;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** An error of the API, as {@code openapi/errors.yaml} describes it. */
record ErrorDescription(String code, JsonNode node) {

    int status() {
        return node.get("status").intValue();
    }

    /** Whether it carries {@code Retry-After}. */
    boolean canBeRetried() {
        return node.path("retry").booleanValue(false);
    }

    /** Whether it can come after the request was counted, and so carries the rate limit. */
    boolean isCounted() {
        return status() != HttpStatus.UNAUTHORIZED.value();
    }

    /** @param what {@code means} or {@code fix} */
    String text(String what, String language) {
        return node.get(language.equals("en") ? what : what + "-" + language).stringValue();
    }

    /** Returns an example of the error's body. */
    ObjectNode body(JsonMapper mapper) {
        ObjectNode body = mapper.createObjectNode();
        body.put("success", false);
        body.put(
                "error",
                node.path("error").stringValue(HttpStatus.valueOf(status()).getReasonPhrase()));
        body.set("message", node.get("example").get("message"));
        body.put("code", code);
        for (Map.Entry<String, JsonNode> field : node.get("example").properties()) {
            if (!field.getKey().equals("message")) {
                body.set(field.getKey(), field.getValue());
            }
        }
        return body;
    }
}
