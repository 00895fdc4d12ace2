package dev.merpati.gateway.json;

import dev.merpati.gateway.error.Errors;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/**
 * The fields of a JSON object, read without guessing: a number is no string and {@code "true"} is no boolean. A field
 * that is null counts as absent; fields that nobody asks for are ignored.
 */
public final class JsonFields {
    private final JsonNode body;

    private JsonFields(JsonNode body) {
        this.body = body;
    }

    /** Refuses what is no JSON object. */
    public static JsonFields of(JsonNode body) {
        if (!body.isObject()) {
            throw Errors.invalidField("body", nameOf(body), "a JSON object").exception();
        }
        return new JsonFields(body);
    }

    public Optional<String> text(String field) {
        return present(field).map(value -> {
            if (!value.isString()) {
                throw Errors.invalidField(field, nameOf(value), "a string").exception();
            }
            return value.stringValue();
        });
    }

    public Optional<Boolean> flag(String field) {
        return present(field).map(value -> {
            if (!value.isBoolean()) {
                throw Errors.invalidField(field, nameOf(value), "true or false").exception();
            }
            return value.booleanValue();
        });
    }

    public Optional<List<JsonNode>> array(String field) {
        return present(field).map(value -> {
            if (!value.isArray()) {
                throw Errors.invalidField(field, nameOf(value), "an array").exception();
            }
            return List.copyOf(value.asArray().elements());
        });
    }

    private Optional<JsonNode> present(String field) {
        return Optional.ofNullable(body.get(field)).filter(value -> !value.isNull());
    }

    /** What kind of JSON a value is; never the value itself, which may be a phone number. */
    public static String nameOf(JsonNode value) {
        return switch (value.getNodeType()) {
            case ARRAY -> "an array";
            case BOOLEAN -> "a boolean";
            case NUMBER -> "a number";
            case OBJECT, POJO -> "an object";
            case STRING, BINARY -> "a string";
            case NULL, MISSING -> "null";
        };
    }
}
