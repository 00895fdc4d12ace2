package dev.merpati.gateway.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Checks the collection by what the format (2.1) demands; Postman's own schema is in no registry. */
class PostmanCollectionTest {
    private static final Set<String> MODES = Set.of("raw", "formdata");

    private final ApiDescription description = new ApiDescription(JsonMapper.shared());
    private final JsonNode collection = PostmanCollection.of(description, "https://api.example.com");

    @Test
    void saysWhatItIs() {
        assertThat(collection.at("/info/name").stringValue()).isNotBlank();
        assertThat(collection.at("/info/schema").stringValue())
                .isEqualTo("https://schema.getpostman.com/json/collection/v2.1.0/collection.json");
        assertThat(collection.at("/auth/type").stringValue()).isEqualTo("apikey");
        assertThat(collection.at("/auth/apikey").toString()).contains("X-API-Key", "{{apiKey}}", "header");
        assertThat(collection
                        .at("/variable")
                        .valueStream()
                        .map(each -> each.get("key").stringValue()))
                .containsExactly("baseUrl", "apiKey", "sessionId");
        assertThat(collection.at("/variable/0/value").stringValue()).isEqualTo("https://api.example.com");
    }

    @Test
    void hasEveryCallOnce() {
        List<String> calls = items().stream()
                .map(item -> item.at("/request/method").stringValue() + " /"
                        + item.at("/request/url/path")
                                .valueStream()
                                .map(segment -> segment.stringValue().replaceFirst("^:(.*)", "{$1}"))
                                .collect(Collectors.joining("/")))
                .toList();

        assertThat(calls)
                .containsExactlyInAnyOrderElementsOf(description.operations().stream()
                        .map(operation -> operation.method() + " " + operation.path())
                        .toList());
    }

    @Test
    void hasRequestsAndAnswersAsTheFormatWantsThem() {
        assertThat(items()).allSatisfy(item -> {
            assertThat(item.get("name").stringValue()).isNotBlank();
            checkRequest(item.get("request"));
            assertThat(item.get("response")).isNotEmpty().allSatisfy(answer -> {
                assertThat(answer.get("code").isInt()).isTrue();
                assertThat(answer.get("body").isString()).isTrue();
                checkRequest(answer.get("originalRequest"));
            });
        });
    }

    @Test
    void hasTheParametersAndTheBodyOfEachCall() {
        assertThat(description.operations()).isNotEmpty().allSatisfy(operation -> {
            JsonNode request = items().stream()
                    .filter(item -> item.get("name")
                            .stringValue()
                            .equals(operation.node().get("summary").stringValue()))
                    .findFirst()
                    .orElseThrow()
                    .get("request");
            assertThat(namesIn(request.at("/url/query"))).isEqualTo(parameters(operation, "query"));
            assertThat(namesIn(request.get("header"))).containsAll(parameters(operation, "header"));
            assertThat(request.has("body")).isEqualTo(operation.node().has("requestBody"));
        });
    }

    private static Set<String> namesIn(JsonNode list) {
        return list.valueStream().map(each -> each.get("key").stringValue()).collect(Collectors.toSet());
    }

    private static Set<String> parameters(Operation operation, String in) {
        return operation.parameters().stream()
                .filter(parameter -> parameter.get("in").stringValue().equals(in))
                .map(parameter -> parameter.get("name").stringValue())
                .collect(Collectors.toSet());
    }

    private static void checkRequest(JsonNode request) {
        JsonNode url = request.get("url");
        assertThat(url.get("raw").stringValue()).startsWith("{{baseUrl}}/api/");
        assertThat(url.get("host").get(0).stringValue()).isEqualTo("{{baseUrl}}");
        List<String> placeholders = url.get("path")
                .valueStream()
                .map(JsonNode::stringValue)
                .filter(segment -> segment.startsWith(":"))
                .map(segment -> segment.substring(1))
                .toList();
        assertThat(url.path("variable")
                        .valueStream()
                        .map(each -> each.get("key").stringValue()))
                .containsExactlyInAnyOrderElementsOf(placeholders);
        if (request.has("body")) {
            String mode = request.at("/body/mode").stringValue();
            assertThat(MODES).contains(mode);
            assertThat(request.get("body").has(mode)).isTrue();
        }
    }

    private List<JsonNode> items() {
        return collection
                .get("item")
                .valueStream()
                .flatMap(folder -> folder.get("item").valueStream())
                .toList();
    }
}
