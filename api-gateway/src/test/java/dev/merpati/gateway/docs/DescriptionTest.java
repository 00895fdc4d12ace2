package dev.merpati.gateway.docs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.merpati.gateway.auth.RouteScopes;
import dev.merpati.model.outcome.FailureCode;
import dev.merpati.model.session.Disconnection;
import io.swagger.v3.parser.OpenAPIV3Parser;
import io.swagger.v3.parser.core.models.ParseOptions;
import io.swagger.v3.parser.core.models.SwaggerParseResult;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.springframework.http.HttpMethod;
import org.springframework.http.server.PathContainer;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A linter for the description: that it is valid, complete, used to the last part, and in both languages. */
class DescriptionTest {
    private static final Pattern CODE_SPAN = Pattern.compile("`[^`]+`");
    private static final Set<Integer> EVERYWHERE = Set.of(400, 401, 403, 429, 500, 503);

    private final ApiDescription description = new ApiDescription(JsonMapper.shared());
    private final SchemaCheck schemas = new SchemaCheck(description);

    @Test
    void isValidOpenApi() {
        ParseOptions options = new ParseOptions();
        options.setResolve(true);
        SwaggerParseResult parsed = new OpenAPIV3Parser()
                .readContents(description.served("https://api.example.com").toString(), null, options);

        assertThat(parsed.getMessages()).isEmpty();
        assertThat(parsed.getOpenAPI().getOpenapi()).startsWith("3.1");
        assertThat(parsed.getOpenAPI().getServers().getFirst().getUrl()).isEqualTo("https://api.example.com");
        assertThat(parsed.getOpenAPI().getPaths())
                .hasSameSizeAs(description.document().get("paths"));
    }

    @Test
    void servesNothingThatIsOnlyForUs() {
        assertThat(namesIn(description.served("https://api.example.com"))).noneMatch(name -> name.startsWith("x-"));
    }

    @Test
    void namesItsCallsOnceAndOfItsTags() {
        Set<String> tags = description.tags().stream()
                .map(tag -> tag.get("name").stringValue())
                .collect(Collectors.toSet());
        Set<String> used = description.operations().stream().map(Operation::tag).collect(Collectors.toSet());

        assertThat(used).isEqualTo(tags);
        // A second operation of the same id would have replaced the first.
        assertThat(description.operations()).hasSize(methodsOfAllPaths());
        assertThat(description.operations())
                .allSatisfy(operation -> assertThat(operation.id()).matches("[a-z]+([A-Z][a-z]+)*"));
    }

    private int methodsOfAllPaths() {
        return description
                .document()
                .get("paths")
                .valueStream()
                .mapToInt(path -> (int) path.propertyNames().stream()
                        .filter(name -> !name.equals("parameters"))
                        .count())
                .sum();
    }

    @Test
    void describesEveryErrorResponseAndTheScopeOfEveryCall() {
        RouteScopes scopes = new RouteScopes();
        assertThat(description.operations()).allSatisfy(operation -> {
            assertThat(operation.responses().keySet()).as(operation.id()).containsAll(EVERYWHERE);
            assertThat(operation.node().get("responses").has("default")).isTrue();
            assertThat(operation.scope())
                    .as(operation.id())
                    .isEqualTo(scopes.required(
                                    HttpMethod.valueOf(operation.method()),
                                    PathContainer.parsePath(operation.path().replaceAll("\\{.*?}", "x")))
                            .wireName());
            if (operation.contentType().isPresent()) {
                assertThat(operation.responses().keySet()).as(operation.id()).contains(408, 413, 415);
            }
            operation.responses().forEach((status, response) -> {
                assertThat(response.get("headers").has("X-Request-Id")).isTrue();
                if (status == 429) {
                    assertThat(response.get("headers").has("Retry-After")).isTrue();
                }
            });
        });
    }

    @Test
    void hasNoUnusedPart() {
        String served = description.served("https://api.example.com").toString();
        for (Map.Entry<String, JsonNode> kind :
                description.document().get("components").properties()) {
            if (kind.getKey().equals("securitySchemes")) {
                continue;
            }
            for (String name : kind.getValue().propertyNames()) {
                assertThat(served).contains("\"#/components/" + kind.getKey() + "/" + name + "\"");
            }
        }
    }

    @Test
    void saysEverythingInBothLanguages() {
        List<String> missing = new ArrayList<>();
        checkTexts("", description.document(), missing);
        assertThat(missing).isEmpty();
        assertThat(description.errors()).allSatisfy(error -> {
            for (String what : List.of("means", "fix")) {
                assertThat(error.text(what, "en")).as(error.code()).isNotBlank();
                assertThat(spans(error.text(what, "id"))).as(error.code()).isEqualTo(spans(error.text(what, "en")));
            }
        });
    }

    /** A text and its translation have the same paragraphs and the same code in them. */
    private static void checkTexts(String path, JsonNode node, List<String> wrong) {
        if (path.startsWith("/components/examples") || path.startsWith("/servers") || path.contains("/examples/")) {
            return;
        }
        for (String field : List.of("description", "summary", "title")) {
            boolean translated = field.equals("description") || path.contains("sections") || path.startsWith("/paths");
            if (!node.path(field).isString() || !translated) {
                continue;
            }
            boolean ofAnError = path.matches("/paths/.*/responses/([45]..|default)");
            String english = node.get(field).stringValue();
            String other = node.path("x-" + field + "-id").stringValue("");
            if (!ofAnError
                    && (other.isBlank()
                            || english.split("\n\n").length != other.split("\n\n").length
                            || !spans(english).equals(spans(other)))) {
                wrong.add(path + "/" + field);
            }
        }
        if (path.endsWith("/schema") && node.has("type") && node.size() > 1 && !node.has("description")) {
            return;
        }
        node.properties().forEach(child -> checkTexts(path + "/" + child.getKey(), child.getValue(), wrong));
        for (int i = 0; node.isArray() && i < node.size(); i++) {
            checkTexts(path + "/" + i, node.get(i), wrong);
        }
    }

    private static Set<String> spans(String text) {
        return CODE_SPAN.matcher(text).results().map(match -> match.group()).collect(Collectors.toSet());
    }

    @Test
    void describesEveryFieldAndParameter() {
        List<String> missing = new ArrayList<>();
        for (Map.Entry<String, JsonNode> schema :
                description.document().at("/components/schemas").properties()) {
            require(schema.getKey(), schema.getValue(), missing);
            schema.getValue()
                    .path("properties")
                    .properties()
                    .forEach(property -> require(
                            schema.getKey() + "." + property.getKey(),
                            description.resolve(property.getValue()),
                            missing));
        }
        description.operations().forEach(operation -> {
            require(operation.id(), operation.node(), missing);
            operation.parameters().forEach(each -> require(operation.id() + each.get("name"), each, missing));
            operation.responses().forEach((status, response) -> require(operation.id() + status, response, missing));
        });
        assertThat(missing).isEmpty();
    }

    private static void require(String place, JsonNode node, List<String> missing) {
        if (node.path("description").stringValue("").isBlank()) {
            missing.add(place);
        }
    }

    @Test
    void hasExamplesThatAreValid() {
        List<String> wrong = new ArrayList<>();
        description.operations().forEach(operation -> {
            checkExamples(operation.id(), operation.node().path("requestBody").path("content"), wrong);
            operation
                    .responses()
                    .forEach((status, response) ->
                            checkExamples(operation.id() + " " + status, response.get("content"), wrong));
            operation.parameters().stream()
                    .filter(parameter -> parameter.has("example"))
                    .forEach(parameter -> schemas.errors(parameter.get("schema"), parameter.get("example"))
                            .forEach(error -> wrong.add(operation.id() + " " + parameter.get("name") + ": " + error)));
        });
        description
                .document()
                .at("/components/headers")
                .properties()
                .forEach(header -> schemas.errors(
                                header.getValue().get("schema"),
                                header.getValue().get("example"))
                        .forEach(error -> wrong.add(header.getKey() + ": " + error)));
        assertThat(wrong).isEmpty();
    }

    private void checkExamples(String place, JsonNode contents, List<String> wrong) {
        contents.properties().stream()
                .filter(content -> !content.getKey().startsWith("image/"))
                .forEach(content -> {
                    JsonNode examples = content.getValue().path("examples");
                    if (examples.isEmpty()) {
                        wrong.add(place + ": no example");
                    }
                    examples.properties()
                            .forEach(example -> schemas.errors(
                                            content.getValue().get("schema"),
                                            description
                                                    .resolve(example.getValue())
                                                    .get("value"))
                                    .forEach(error -> wrong.add(place + " " + example.getKey() + ": " + error)));
                });
    }

    @Test
    void knowsOnlyErrorsThatTheCodeHas() throws IOException {
        StringBuilder code = new StringBuilder();
        try (Stream<Path> files = Files.walk(Path.of("src/main/java"))) {
            for (Path file :
                    files.filter(each -> each.toString().endsWith(".java")).toList()) {
                code.append(Files.readString(file));
            }
        }
        Stream.concat(Arrays.stream(FailureCode.values()), Arrays.stream(Disconnection.values()))
                .forEach(each -> code.append('"')
                        .append(each.name().toLowerCase(Locale.ROOT))
                        .append('"'));

        assertThat(description.errors()).allSatisfy(error -> assertThat(code).contains("\"" + error.code() + "\""));
    }

    @Test
    void namesNoErrorThatNoCallHas() {
        Set<String> used = description.operations().stream()
                .map(Operation::errorCodes)
                .flatMap(Collection::stream)
                .collect(Collectors.toCollection(HashSet::new));
        description
                .operations()
                .forEach(operation -> used.addAll(operation
                        .node()
                        .at("/responses/default/content/application~1json/examples")
                        .propertyNames()));

        assertThat(description.errors().stream().map(ErrorDescription::code)).containsExactlyInAnyOrderElementsOf(used);
    }

    private static List<String> namesIn(JsonNode node) {
        List<String> names = new ArrayList<>(node.propertyNames());
        node.forEach(child -> names.addAll(namesIn(child)));
        return names;
    }
}
