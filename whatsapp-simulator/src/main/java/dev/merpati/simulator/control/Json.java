package dev.merpati.simulator.control;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** JSON bodies: written from maps and records, read field by field so that every mistake gets its own message. */
final class Json {
    private static final JsonMapper MAPPER = JsonMapper.builder().build();

    /** The fields that are numbers, of those that a query has. */
    private static final Set<String> NUMBERS = Set.of("seconds");

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

    /** The parameters of a URL, as if they were the fields of an object. */
    static Json ofQuery(Map<String, String> query) {
        ObjectNode object = MAPPER.createObjectNode();
        query.forEach((name, value) -> {
            if (value.equals("true") || value.equals("false")) {
                object.put(name, Boolean.parseBoolean(value));
            } else if (NUMBERS.contains(name) && value.matches("[0-9]{1,9}")) {
                object.put(name, Integer.parseInt(value));
            } else {
                object.put(name, value);
            }
        });
        return new Json(object);
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

    double requiredDecimal(String field, double min, double max) {
        JsonNode value = value(field).orElseThrow(() -> ApiException.invalid(field, "nothing", "a number"));
        if (!value.isNumber() || value.doubleValue() < min || value.doubleValue() > max) {
            throw ApiException.invalid(field, value, "a number from " + min + " to " + max);
        }
        return value.doubleValue();
    }

    /** A list of texts; empty if it is missing. */
    List<String> texts(String field) {
        List<String> texts = new ArrayList<>();
        value(field).ifPresent(value -> {
            if (!value.isArray()) {
                throw ApiException.invalid(field, value, "a list of strings");
            }
            for (JsonNode element : value) {
                if (!element.isString()) {
                    throw ApiException.invalid(field, element, "a list of strings");
                }
                texts.add(element.stringValue());
            }
        });
        return texts;
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
