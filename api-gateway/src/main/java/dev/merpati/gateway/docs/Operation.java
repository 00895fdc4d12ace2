package dev.merpati.gateway.docs;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.springframework.http.MediaType;
import tools.jackson.databind.JsonNode;

/** One call of the API, as described. */
record Operation(ApiDescription description, String method, String path, JsonNode pathNode, JsonNode node) {

    String id() {
        return node.get("operationId").stringValue();
    }

    String tag() {
        return node.get("tags").get(0).stringValue();
    }

    /** The scope that an API key needs for it. */
    String scope() {
        return node.get("security").get(0).get("ApiKey").get(0).stringValue();
    }

    List<JsonNode> parameters() {
        return Stream.of(pathNode.path("parameters"), node.path("parameters"))
                .flatMap(JsonNode::valueStream)
                .map(description::resolve)
                .toList();
    }

    /** The type of the body, if it has one. */
    Optional<String> contentType() {
        return node.path("requestBody").path("content").propertyNames().stream().findFirst();
    }

    /** The schema of the body, if it has one. */
    Optional<JsonNode> bodySchema() {
        return contentType()
                .map(type -> description.resolve(
                        node.get("requestBody").get("content").get(type).get("schema")));
    }

    boolean isForm() {
        return contentType().filter(MediaType.MULTIPART_FORM_DATA_VALUE::equals).isPresent();
    }

    /** The answers by status, success first; {@code default} is left out. */
    Map<Integer, JsonNode> responses() {
        Map<Integer, JsonNode> responses = new LinkedHashMap<>();
        node.get("responses").properties().stream()
                .filter(response -> !response.getKey().equals("default"))
                .forEach(response -> responses.put(Integer.valueOf(response.getKey()), response.getValue()));
        return responses;
    }

    /** The schema of the JSON that it answers with a status; missing when it is not described. */
    JsonNode answerSchema(int status) {
        return node.at("/responses/" + status + "/content/application~1json/schema");
    }

    /** The codes of the errors that it can be answered with. */
    List<String> errorCodes() {
        return responses().entrySet().stream()
                .filter(response -> response.getKey() >= 400)
                .flatMap(response ->
                        response.getValue().at("/content/application~1json/examples").propertyNames().stream())
                .toList();
    }

    /** Every example request, by name; one without a body where the call takes none. */
    Map<String, ExampleRequest> examples() {
        Map<String, ExampleRequest> examples = new LinkedHashMap<>();
        contentType()
                .map(type -> node.get("requestBody").get("content").get(type).get("examples"))
                .ifPresent(all -> all.properties()
                        .forEach(each -> examples.put(
                                each.getKey(),
                                example(Optional.of(each.getValue().get("value"))))));
        if (examples.isEmpty()) {
            examples.put(id(), example(Optional.empty()));
        }
        return examples;
    }

    private ExampleRequest example(Optional<JsonNode> body) {
        String url = path;
        List<String> query = new ArrayList<>();
        for (JsonNode parameter : parameters()) {
            String name = parameter.get("name").stringValue();
            String value = parameter.path("example").asString("");
            if (parameter.get("in").stringValue().equals("path")) {
                url = url.replace("{" + name + "}", value);
            } else if (parameter.get("in").stringValue().equals("query") && !value.isEmpty()) {
                query.add(name + "=" + value);
            }
        }
        return new ExampleRequest(
                method,
                url + (query.isEmpty() ? "" : "?" + String.join("&", query)),
                Map.of(),
                body.orElse(null),
                isForm());
    }
}
