package dev.merpati.gateway.docs;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.annotation.JsonAnyGetter;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import dev.merpati.gateway.harness.GatewayHarness;
import dev.merpati.gateway.harness.SharedGateway;
import java.lang.reflect.AnnotatedElement;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMethod;
import org.springframework.web.method.HandlerMethod;
import org.springframework.web.reactive.result.method.RequestMappingInfo;
import org.springframework.web.reactive.result.method.annotation.RequestMappingHandlerMapping;
import reactor.core.publisher.Mono;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;
import tools.jackson.databind.util.RawValue;

/** Compares the description with the routes and the records that they read and write. */
class RoutesIT {
    private final GatewayHarness gateway = SharedGateway.get();
    private final ApiDescription description = gateway.context().getBean(ApiDescription.class);

    @Test
    void describesEveryRouteAndNoOther() {
        Set<String> described = description.operations().stream()
                .map(operation -> operation.method() + " " + operation.path())
                .collect(Collectors.toCollection(TreeSet::new));

        assertThat(described).isEqualTo(new TreeSet<>(routes().keySet()));
    }

    @Test
    void describesBodiesAsTheRecordsAre() {
        List<String> wrong = new ArrayList<>();
        routes().forEach((route, handler) -> {
            Operation operation = description.operations().stream()
                    .filter(each -> route.equals(each.method() + " " + each.path()))
                    .findFirst()
                    .orElseThrow();
            JsonNode success = operation.responses().values().iterator().next();
            compare(
                    operation.id() + " answer",
                    unwrapped(handler.getMethod().getGenericReturnType()),
                    description.resolve(success.at("/content/application~1json/schema")),
                    true,
                    wrong);
            Arrays.stream(handler.getMethodParameters())
                    .filter(parameter -> parameter.hasParameterAnnotation(RequestBody.class))
                    .forEach(parameter -> compare(
                            operation.id() + " request",
                            unwrapped(parameter.getGenericParameterType()),
                            operation.bodySchema().orElseThrow(),
                            false,
                            wrong));
        });
        assertThat(wrong).isEmpty();
    }

    private Map<String, HandlerMethod> routes() {
        RequestMappingHandlerMapping mapping =
                gateway.context().getBean("requestMappingHandlerMapping", RequestMappingHandlerMapping.class);
        return mapping.getHandlerMethods().entrySet().stream()
                .filter(route -> pathOf(route.getKey()).startsWith("/api/"))
                .collect(Collectors.toMap(
                        route -> methodOf(route.getKey()) + " " + pathOf(route.getKey()), Map.Entry::getValue));
    }

    private static String pathOf(RequestMappingInfo route) {
        return route.getPatternsCondition().getPatterns().iterator().next().getPatternString();
    }

    private static String methodOf(RequestMappingInfo route) {
        assertThat(route.getMethodsCondition().getMethods()).as(pathOf(route)).hasSize(1);
        return route.getMethodsCondition().getMethods().stream()
                .map(RequestMethod::name)
                .collect(Collectors.joining());
    }

    private static Type unwrapped(Type type) {
        return type instanceof ParameterizedType generic
                        && (generic.getRawType() == Mono.class || generic.getRawType() == ResponseEntity.class)
                ? unwrapped(generic.getActualTypeArguments()[0])
                : type;
    }

    private void compare(String place, Type type, JsonNode schema, boolean answer, List<String> wrong) {
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
            boolean leftOut = nullable && (includes(component.getAccessor()) || includes(type));
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
