package dev.merpati.gateway.docs;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** What the guide shows, in one language. */
record GuidePage(
        Text introduction, List<Chapter> chapters, List<Group> groups, List<ScopeRow> scopes, List<ErrorRow> errors) {

    /** A chapter before the calls. */
    record Chapter(String id, String title, Text text, List<Snippets.Snippet> snippets) {}

    /** The calls of a tag. */
    record Group(String id, String title, Text text, List<Call> calls) {}

    /** A call. */
    record Call(
            String id,
            String method,
            String path,
            String title,
            Text text,
            String scope,
            List<Row> parameters,
            List<Row> fields,
            @Nullable String contentType,
            List<Snippets.Snippet> snippets,
            List<Answer> answers,
            List<ErrorRow> errors) {}

    /** A parameter, or a field of a body; {@code name} has its place in the body. */
    record Row(String name, String type, boolean required, Text text) {}

    /** A successful answer. */
    record Answer(int status, Text text, String example, List<Row> fields) {}

    /** An error. */
    record ErrorRow(int status, String code, String error, Text means, Text fix) {}

    /** What a scope allows. */
    record ScopeRow(String scope, List<Call> calls) {}

    static GuidePage of(ApiDescription description, String language, String baseUrl, String sessionId) {
        Writer writer = new Writer(description, language, baseUrl, sessionId);
        List<Group> groups = description.tags().stream().map(writer::group).toList();
        Map<String, List<Call>> byScope =
                groups.stream().flatMap(group -> group.calls().stream()).collect(Collectors.groupingBy(Call::scope));
        return new GuidePage(
                Text.of(ApiDescription.text(description.document().get("info"), "description", language)),
                description.sections().stream().map(writer::chapter).toList(),
                groups,
                description
                        .document()
                        .at("/components/schemas/Scope/enum")
                        .valueStream()
                        .map(scope ->
                                new ScopeRow(scope.stringValue(), byScope.getOrDefault(scope.stringValue(), List.of())))
                        .toList(),
                description.errors().stream().map(writer::error).toList());
    }

    private record Writer(ApiDescription description, String language, String baseUrl, String sessionId) {

        Chapter chapter(JsonNode section) {
            List<Snippets.Snippet> snippets = section.path("receiver").booleanValue(false)
                    ? ReceiverSnippets.ALL
                    : Optional.ofNullable(section.get("operation"))
                            .map(id -> description.operation(id.stringValue()))
                            .map(operation -> snippets(operation, section.path("headers")))
                            .orElse(List.of());
            return new Chapter(
                    section.get("id").stringValue(),
                    ApiDescription.text(section, "title", language),
                    textOf(section),
                    snippets);
        }

        Group group(JsonNode tag) {
            String name = tag.get("name").stringValue();
            return new Group(
                    name.toLowerCase(java.util.Locale.ROOT).replace(' ', '-'),
                    ApiDescription.text(tag, "name", language),
                    textOf(tag),
                    description.operations().stream()
                            .filter(operation -> operation.tag().equals(name))
                            .map(this::call)
                            .toList());
        }

        Call call(Operation operation) {
            return new Call(
                    operation.id(),
                    operation.method(),
                    operation.path(),
                    ApiDescription.text(operation.node(), "summary", language),
                    textOf(operation.node()),
                    operation.scope(),
                    operation.parameters().stream()
                            .map(parameter -> new Row(
                                    parameter.get("name").stringValue(),
                                    typeOf(parameter.get("schema")),
                                    parameter.path("required").booleanValue(false),
                                    textOf(parameter)))
                            .toList(),
                    operation.bodySchema().map(schema -> rows("", schema)).orElse(List.of()),
                    operation.contentType().orElse(null),
                    snippets(operation, operation.node().path("x-none")),
                    operation.responses().entrySet().stream()
                            .filter(response -> response.getKey() < 400)
                            .map(response -> answer(response.getKey(), response.getValue()))
                            .toList(),
                    description.errors().stream()
                            .filter(error -> operation.errorCodes().contains(error.code()))
                            .map(this::error)
                            .toList());
        }

        ErrorRow error(ErrorDescription error) {
            return new ErrorRow(
                    error.status(),
                    error.code(),
                    error.body(Snippets.PRETTY).get("error").stringValue(),
                    Text.of(error.text("means", language)),
                    Text.of(error.text("fix", language)));
        }

        private List<Snippets.Snippet> snippets(Operation operation, JsonNode headers) {
            ExampleRequest example = operation.examples().values().iterator().next();
            Map<String, String> all = headers.properties().stream()
                    .collect(Collectors.toMap(
                            Map.Entry::getKey, header -> header.getValue().stringValue()));
            return Snippets.of(
                    new ExampleRequest(example.method(), example.path(), all, example.body(), example.form())
                            .with(description.exampleSession(), sessionId),
                    baseUrl);
        }

        private Answer answer(int status, JsonNode response) {
            JsonNode content = Stream.of("text/event-stream", "application/octet-stream", "application/json")
                    .map(response.get("content")::path)
                    .filter(JsonNode::isObject)
                    .findFirst()
                    .orElseThrow();
            String example = content.get("examples")
                    .valueStream()
                    .map(each -> each.get("value"))
                    .map(value -> value.isString() ? value.stringValue() : Snippets.pretty(value))
                    .collect(Collectors.joining("\n\n"));
            return new Answer(
                    status,
                    textOf(response),
                    example.replace(description.exampleSession(), sessionId),
                    rows("", description.resolve(content.get("schema"))));
        }

        /** The fields of an object, those of objects within it behind them. */
        private List<Row> rows(String prefix, JsonNode schema) {
            List<String> required = schema.path("required")
                    .valueStream()
                    .map(JsonNode::stringValue)
                    .toList();
            List<Row> rows = new ArrayList<>();
            for (Map.Entry<String, JsonNode> property :
                    schema.path("properties").properties()) {
                JsonNode resolved = description.resolve(property.getValue());
                String name = prefix + property.getKey();
                rows.add(new Row(name, typeOf(resolved), required.contains(property.getKey()), textOf(resolved)));
                JsonNode inner = resolved.has("items") ? description.resolve(resolved.get("items")) : resolved;
                rows.addAll(rows(name + (resolved.has("items") ? "[]." : "."), inner));
            }
            return rows;
        }

        private Text textOf(JsonNode node) {
            return Text.of(ApiDescription.text(node, "description", language));
        }

        private static String typeOf(JsonNode schema) {
            JsonNode type = schema.path("type");
            String name = type.isArray()
                    ? type.valueStream().map(JsonNode::stringValue).collect(Collectors.joining(" | "))
                    : type.stringValue("object");
            return schema.has("contentMediaType") ? "file" : name;
        }
    }

    /** The languages of the snippets, by their short names. */
    List<String> languages() {
        return Arrays.asList("curl", "javascript", "python", "php", "java", "go");
    }
}
