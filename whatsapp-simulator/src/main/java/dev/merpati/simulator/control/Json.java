package dev.merpati.simulator.control;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** JSON bodies: written from maps and records, read field by field so that every mistake gets its own message. */
final class Json {
    private static final JsonMapper MAPPER = JsonMapper.builder().build();

    private final JsonNode object;

    private Json(JsonNode object) {
        this.object = object;
    }

    static byte[] write(Object value) {
        return MAPPER.writeValueAsBytes(value);
    }

    /** An empty body is an empty object. */
    static Json read(byte[] body) {
        if (body.length == 0) {
            return new Json(MAPPER.createObjectNode());
        }
        try {
            JsonNode node = MAPPER.readTree(body);
            if (node.isObject()) {
                return new Json(node);
            }
        } catch (JacksonException e) {
            throw new ApiException(400, "invalid_json", "The body is no JSON: " + e.getOriginalMessage());
        }
        throw new ApiException(400, "invalid_json", "The body is JSON, but no object");
    }

    /** Whether the field is there, be it null. */
    boolean has(String field) {
        return object.has(field);
    }

    Optional<String> text(String field) {
        return value(field).map(value -> {
            if (!value.isString()) {
                throw ApiException.invalid(field, value, "a string");
            }
            return value.stringValue();
        });
    }

    String requiredText(String field) {
        return text(field)
                .filter(text -> !text.isBlank())
                .orElseThrow(() -> ApiException.invalid(field, "nothing", "a string that is not blank"));
    }

    Optional<Integer> number(String field, int min, int max) {
        return value(field).map(value -> {
            if (!value.isIntegralNumber()
                    || !value.canConvertToInt()
                    || value.intValue() < min
                    || value.intValue() > max) {
                throw ApiException.invalid(field, value, "a whole number from " + min + " to " + max);
            }
            return value.intValue();
        });
    }

    boolean requiredBoolean(String field) {
        return bool(field).orElseThrow(() -> ApiException.invalid(field, "nothing", "true or false"));
    }

    Optional<Boolean> bool(String field) {
        return value(field).map(value -> {
            if (!value.isBoolean()) {
                throw ApiException.invalid(field, value, "true or false");
            }
            return value.booleanValue();
        });
    }

    /** The truth values of an object by their names; empty without the field. */
    Map<String, Boolean> bools(String field) {
        Map<String, Boolean> values = new LinkedHashMap<>();
        value(field).ifPresent(value -> {
            if (!value.isObject()) {
                throw ApiException.invalid(field, value, "an object of names with true or false");
            }
            Json inner = new Json(value);
            value.propertyNames().forEach(name -> values.put(name, inner.requiredBoolean(name)));
        });
        return values;
    }

    static Map<String, Object> error(ApiException error) {
        return Map.of("error", Map.of("code", error.code(), "message", String.valueOf(error.getMessage())));
    }

    private Optional<JsonNode> value(String field) {
        return Optional.ofNullable(object.get(field)).filter(value -> !value.isNull());
    }
}
