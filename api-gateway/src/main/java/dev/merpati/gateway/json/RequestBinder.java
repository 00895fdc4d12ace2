package dev.merpati.gateway.json;

import dev.merpati.gateway.error.ApiError;
import dev.merpati.gateway.error.Errors;
import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Binds JSON objects to request records without guessing: a number is no string and {@code "true"} is no boolean. A field
 * that is null counts as absent; fields that the record does not have are ignored. The first component of the wrong type,
 * in the record's order, is the one that the error names.
 *
 * <p>Knows components of type {@link String}, {@link Boolean}, {@link Integer}, {@link ObjectNode} (any object) and lists
 * of strings, whose elements may be null.
 */
final class RequestBinder {
    private static final String TEXT = "a string";

    private RequestBinder() {}

    /**
     * Binds a body; an error of 400 that names the field, what was found and what is allowed when a value is of another
     * JSON type.
     *
     * @throws IllegalArgumentException when the record has a component of a type that is not known
     */
    static Object bind(JsonNode body, Class<?> type) {
        if (!body.isObject()) {
            throw Errors.invalidField("body", nameOf(body), "a JSON object").exception();
        }
        RecordComponent[] components = type.getRecordComponents();
        @Nullable Object[] values = new Object[components.length];
        for (int i = 0; i < components.length; i++) {
            JsonNode value = body.get(components[i].getName());
            values[i] = value == null || value.isNull() ? null : valueOf(components[i], value);
        }
        try {
            Constructor<?> constructor = type.getDeclaredConstructor(
                    Arrays.stream(components).map(RecordComponent::getType).toArray(Class<?>[]::new));
            constructor.setAccessible(true);
            return constructor.newInstance(values);
        } catch (InvocationTargetException e) {
            throw e.getCause() instanceof RuntimeException refused ? refused : new IllegalArgumentException(e);
        } catch (ReflectiveOperationException e) {
            throw new IllegalArgumentException("cannot be made: " + type, e);
        }
    }

    private static Object valueOf(RecordComponent component, JsonNode value) {
        Class<?> type = component.getType();
        if (type == String.class) {
            if (!value.isString()) {
                throw mismatch(component.getName(), value, TEXT).exception();
            }
            return value.stringValue();
        }
        if (type == Boolean.class) {
            if (!value.isBoolean()) {
                throw mismatch(component.getName(), value, "true or false").exception();
            }
            return value.booleanValue();
        }
        if (type == ObjectNode.class) {
            if (!value.isObject()) {
                throw mismatch(component.getName(), value, "an object").exception();
            }
            return value;
        }
        if (type == Integer.class) {
            if (!value.isInt()) {
                throw mismatch(component.getName(), value, "a whole number").exception();
            }
            return value.intValue();
        }
        if (type == List.class) {
            if (!value.isArray()) {
                throw mismatch(component.getName(), value, "an array").exception();
            }
            return texts(component, value);
        }
        throw new IllegalArgumentException("a request cannot have " + component);
    }

    private static List<@Nullable String> texts(RecordComponent component, JsonNode array) {
        List<@Nullable String> texts = new ArrayList<>();
        for (JsonNode element : array) {
            if (!element.isString() && !element.isNull()) {
                Allowed allowed = component.getAnnotation(Allowed.class);
                throw mismatch(
                                component.getName() + "[" + texts.size() + "]",
                                element,
                                allowed == null ? TEXT : allowed.value())
                        .with("index", texts.size())
                        .exception();
            }
            texts.add(element.isNull() ? null : element.stringValue());
        }
        return Collections.unmodifiableList(texts);
    }

    private static ApiError mismatch(String field, JsonNode found, String allowed) {
        return Errors.invalidField(field, nameOf(found), allowed);
    }

    /** What kind of JSON a value is; never the value itself, which may be a phone number. */
    private static String nameOf(JsonNode value) {
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
