package dev.merpati.gateway.docs;

import java.util.List;
import java.util.Map;
import org.springframework.http.MediaType;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** Writes the description as a Postman collection (format 2.1), with variables for the URL, the key and the ids. */
final class PostmanCollection {
    private static final String SCHEMA = "https://schema.getpostman.com/json/collection/v2.1.0/collection.json";

    private PostmanCollection() {}

    static ObjectNode of(ApiDescription description, String baseUrl) {
        ObjectNode collection = JsonNodeFactory.instance.objectNode();
        JsonNode info = description.document().get("info");
        collection
                .putObject("info")
                .put("name", info.get("title").stringValue())
                .put("description", info.get("description").stringValue())
                .put("schema", SCHEMA);
        collection
                .putObject("auth")
                .put("type", "apikey")
                .putArray("apikey")
                .add(attribute("key", "X-API-Key"))
                .add(attribute("value", "{{apiKey}}"))
                .add(attribute("in", "header"));
        ArrayNode variables = collection.putArray("variable");
        variables.addObject().put("key", "baseUrl").put("value", baseUrl);
        variables.addObject().put("key", "apiKey").put("value", "");
        variables.addObject().put("key", "sessionId").put("value", "");
        ArrayNode folders = collection.putArray("item");
        for (JsonNode tag : description.tags()) {
            String name = tag.get("name").stringValue();
            ObjectNode folder = folders.addObject();
            folder.put("name", name).put("description", tag.get("description").stringValue());
            ArrayNode items = folder.putArray("item");
            description.operations().stream()
                    .filter(operation -> operation.tag().equals(name))
                    .forEach(operation -> items.add(item(operation)));
        }
        return collection;
    }

    private static ObjectNode attribute(String key, String value) {
        return JsonNodeFactory.instance
                .objectNode()
                .put("key", key)
                .put("value", value)
                .put("type", "string");
    }

    private static ObjectNode item(Operation operation) {
        ObjectNode item = JsonNodeFactory.instance.objectNode();
        item.put("name", operation.node().get("summary").stringValue());
        item.set("request", request(operation));
        ArrayNode responses = item.putArray("response");
        operation.responses().forEach((status, response) -> {
            boolean stream = response.path("content").has(MediaType.TEXT_EVENT_STREAM_VALUE);
            String type = stream ? MediaType.TEXT_EVENT_STREAM_VALUE : MediaType.APPLICATION_JSON_VALUE;
            JsonNode examples = response.path("content").path(type).path("examples");
            for (Map.Entry<String, JsonNode> example : examples.properties()) {
                ObjectNode answer = responses.addObject();
                answer.put("name", status + " " + example.getKey());
                answer.set("originalRequest", request(operation));
                answer.put("code", status);
                answer.putArray("header").addObject().put("key", "Content-Type").put("value", type);
                JsonNode value =
                        operation.description().resolve(example.getValue()).get("value");
                answer.put("body", stream ? value.stringValue() : Snippets.pretty(value));
            }
        });
        return item;
    }

    private static ObjectNode request(Operation operation) {
        ObjectNode request = JsonNodeFactory.instance.objectNode();
        request.put("method", operation.method());
        request.put("description", operation.node().get("description").stringValue());
        ArrayNode headers = request.putArray("header");
        ObjectNode url = request.putObject("url");
        ArrayNode path = url.putArray("path");
        List.of(operation.path().substring(1).split("/"))
                .forEach(segment -> path.add(segment.replaceFirst("^\\{(.*)}$", ":$1")));
        url.put(
                "raw",
                "{{baseUrl}}/"
                        + String.join(
                                "/",
                                path.valueStream().map(JsonNode::stringValue).toList()));
        url.putArray("host").add("{{baseUrl}}");
        for (JsonNode parameter : operation.parameters()) {
            String name = parameter.get("name").stringValue();
            String value = parameter.path("example").asString("");
            String text = parameter.get("description").stringValue();
            switch (parameter.get("in").stringValue()) {
                case "path" ->
                    url.withArray("variable")
                            .addObject()
                            .put("key", name)
                            .put("value", name.equals("sessionId") ? "{{sessionId}}" : value)
                            .put("description", text);
                case "query" ->
                    url.withArray("query")
                            .addObject()
                            .put("key", name)
                            .put("value", value)
                            .put("description", text)
                            .put("disabled", true);
                default ->
                    headers.addObject()
                            .put("key", name)
                            .put("value", value)
                            .put("description", text)
                            .put("disabled", true);
            }
        }
        ExampleRequest example = operation
                .examples()
                .values()
                .iterator()
                .next()
                .with(operation.description().exampleSession(), "{{sessionId}}");
        JsonNode json = example.body();
        if (json != null) {
            addBody(request, headers, example, json);
        }
        return request;
    }

    private static void addBody(ObjectNode request, ArrayNode headers, ExampleRequest example, JsonNode json) {
        ObjectNode body = request.putObject("body");
        if (!example.form()) {
            headers.addObject().put("key", "Content-Type").put("value", MediaType.APPLICATION_JSON_VALUE);
            body.put("mode", "raw").put("raw", Snippets.pretty(json));
            body.withObject("/options/raw").put("language", "json");
            return;
        }
        body.put("mode", "formdata");
        ArrayNode fields = body.putArray("formdata");
        Snippets.fields(example).forEach((name, value) -> {
            ObjectNode field = fields.addObject().put("key", name);
            if (name.equals("media")) {
                field.put("type", "file").put("src", value);
            } else {
                field.put("type", "text").put("value", value);
            }
        });
    }
}
