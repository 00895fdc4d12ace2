package dev.merpati.gateway.docs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.merpati.gateway.harness.GatewayHarness;
import dev.merpati.gateway.harness.SharedGateway;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMethod;
import org.springframework.web.method.HandlerMethod;
import org.springframework.web.reactive.result.method.RequestMappingInfo;
import org.springframework.web.reactive.result.method.annotation.RequestMappingHandlerMapping;
import reactor.core.publisher.Mono;
import tools.jackson.databind.JsonNode;

/** Compares the description with the routes and the records that they read and write. */
class RoutesIT {
    private final GatewayHarness gateway = SharedGateway.get();
    private final ApiDescription description = gateway.context().getBean(ApiDescription.class);
    private final RecordSchemas records = new RecordSchemas(description);

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
            if (success.get("content").has("text/event-stream")
                    || success.get("content").has("application/octet-stream")) {
                return; // Has no record.
            }
            records.compare(
                    operation.id() + " answer",
                    unwrapped(handler.getMethod().getGenericReturnType()),
                    description.resolve(success.at("/content/application~1json/schema")),
                    true,
                    wrong);
            Arrays.stream(handler.getMethodParameters())
                    .filter(parameter -> parameter.hasParameterAnnotation(RequestBody.class))
                    .forEach(parameter -> records.compare(
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
}
