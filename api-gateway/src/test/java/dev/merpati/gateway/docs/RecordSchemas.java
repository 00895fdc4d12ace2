package dev.merpati.gateway.docs;

import com.fasterxml.jackson.annotation.JsonAnyGetter;
import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import java.lang.reflect.AnnotatedElement;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.time.Instant;
import java.time.LocalDate;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;
import tools.jackson.databind.util.RawValue;

/** Compares records with the schemas of the description: the fields, their types, and which may be missing or null. */
final class RecordSchemas {
    private final ApiDescription description;

    RecordSchemas(ApiDescription description) {
        this.description = description;
    }

    /** @param wrong gets what differs */
    void compare(String place, Type type, JsonNode schema, boolean answer, List<String> wrong) {
        JsonNode described = description.resolve(schema);
        if (type instanceof ParameterizedType generic && generic.getRawType() == List.class) {
            expect(place, "array", described, wrong);
            compare(place + "[]", generic.getActualTypeArguments()[0], described.path("items"), answer, wrong);
        } else if (type instanceof Class<?> simple && simple.isSealed() && simple.isInterface()) {
            // The JSON one of several forms of an answer.
            compare(place, simple.getPermittedSubclasses()[0], described, answer, wrong);
        } else if (type instanceof Class<?> simple && simple.isRecord()) {
            expect(place, "object", described, wrong);
            compareFields(place, simple, described, answer, wrong);
        } else {
            expect(place, typeOf(type), described, wrong);
            String format = formatOf(type);
            if (answer
                    && format != null
                    && !format.equals(described.path("format").stringValue(""))) {
                wrong.add(place + " has not the format " + format);
            }
        }
    }

    private void compareFields(String place, Class<?> type, JsonNode schema, boolean answer, List<String> wrong) {
        Set<String> fields = new TreeSet<>();
        Set<String> required =
                schema.path("required").valueStream().map(JsonNode::stringValue).collect(Collectors.toSet());
        boolean open = false;
        for (RecordComponent component : type.getRecordComponents()) {
            if (component.getAccessor().isAnnotationPresent(JsonIgnore.class)) {
                continue;
            }
            if (component.getAccessor().isAnnotationPresent(JsonAnyGetter.class)) {
                open = true;
                continue;
            }
            JsonProperty renamed = component.getAccessor().getAnnotation(JsonProperty.class);
            String name = renamed == null ? component.getName() : renamed.value();
            fields.add(name);
            JsonNode property = schema.path("properties").path(name);
            if (property.isMissingNode()) {
                wrong.add(place + "." + name + " is not described");
                continue;
            }
            compare(place + "." + name, component.getGenericType(), property, answer, wrong);
            boolean nullable = component.getAnnotatedType().isAnnotationPresent(Nullable.class);
            boolean leftOut = nullable
                    && (includes(component.getAccessor())
                            || includes(type)
                            || Arrays.stream(type.getInterfaces()).anyMatch(RecordSchemas::includes));
            if (answer && required.contains(name) == leftOut) {
                wrong.add(place + "." + name + (leftOut ? " may be left out" : " is always there"));
            }
            boolean canBeNull =
                    description.resolve(property).path("type").toString().contains("\"null\"");
            if (answer && canBeNull != (nullable && !leftOut)) {
                wrong.add(place + "." + name + (canBeNull ? " is never null" : " can be null"));
            }
        }
        for (String described : schema.path("properties").propertyNames()) {
            if (!fields.contains(described) && !open) {
                wrong.add(place + "." + described + " does not exist");
            }
        }
    }

    private static boolean includes(AnnotatedElement element) {
        JsonInclude include = element.getAnnotation(JsonInclude.class);
        return include != null && include.value() == JsonInclude.Include.NON_NULL;
    }

    private static void expect(String place, String type, JsonNode schema, List<String> wrong) {
        JsonNode described = schema.path("type");
        boolean right = described.isArray()
                ? described.valueStream().anyMatch(each -> each.stringValue().equals(type))
                : described.stringValue("").equals(type);
        if (!right) {
            wrong.add(place + " is of the type " + type + ", described is " + described);
        }
    }

    private static String typeOf(Type type) {
        if (type == JsonNode.class || type == ObjectNode.class || type == RawValue.class) {
            return "object";
        }
        if (type == boolean.class || type == Boolean.class) {
            return "boolean";
        }
        if (type == double.class) {
            return "number";
        }
        return type == int.class || type == Integer.class || type == long.class || type == Long.class
                ? "integer"
                : "string";
    }

    private static @Nullable String formatOf(Type type) {
        if (type == UUID.class) {
            return "uuid";
        }
        if (type == Instant.class) {
            return "date-time";
        }
        return type == LocalDate.class ? "date" : null;
    }
}
