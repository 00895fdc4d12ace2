package dev.merpati.gateway.docs;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.springframework.stereotype.Component;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** The description of the API (OpenAPI 3.1), in English and Indonesian. Immutable: what is handed out is not to be changed. */
@Component
public final class ApiDescription {
    private static final String REF = "$ref";

    private final ObjectNode document;
    private final Map<String, ErrorDescription> errors;
    private final Map<String, Operation> operations = new LinkedHashMap<>();

    ApiDescription(JsonMapper mapper) {
        DescriptionLoader.Loaded loaded = DescriptionLoader.load(mapper);
        this.document = loaded.document();
        this.errors = loaded.errors();
        for (Map.Entry<String, JsonNode> path : document.get("paths").properties()) {
            for (Map.Entry<String, JsonNode> method : path.getValue().properties()) {
                if (!method.getKey().equals("parameters")) {
                    Operation operation = new Operation(
                            this,
                            method.getKey().toUpperCase(Locale.ROOT),
                            path.getKey(),
                            path.getValue(),
                            method.getValue());
                    operations.put(operation.id(), operation);
                }
            }
        }
    }

    /** Returns the calls, in the description's order. */
    Collection<Operation> operations() {
        return operations.values();
    }

    Operation operation(String id) {
        Operation operation = operations.get(id);
        if (operation == null) {
            throw new IllegalArgumentException("the description has no operation " + id);
        }
        return operation;
    }

    Collection<ErrorDescription> errors() {
        return errors.values();
    }

    /** Returns the whole document, with what is only for us. */
    JsonNode document() {
        return document;
    }

    /** Returns what a node stands for: itself, or what its {@code $ref} names. */
    JsonNode resolve(JsonNode node) {
        JsonNode target = node;
        while (target.has(REF)) {
            String pointer = target.get(REF).stringValue().substring(1);
            target = document.at(pointer);
            if (target.isMissingNode()) {
                throw new IllegalStateException("the description refers to " + pointer + ", which it does not have");
            }
        }
        return target;
    }

    /** Returns the document that clients get, with the URL that they reach us at. */
    ObjectNode served(String serverUrl) {
        ObjectNode served = (ObjectNode) withoutOurs(document.deepCopy());
        ((ObjectNode) served.get("servers").get(0)).put("url", serverUrl);
        ObjectNode info = (ObjectNode) served.get("info");
        StringBuilder text = new StringBuilder(info.get("description").stringValue());
        for (JsonNode section : info.remove("x-sections")) {
            text.append("\n\n## ")
                    .append(section.get("title").stringValue())
                    .append("\n\n")
                    .append(section.get("description").stringValue());
        }
        info.put("description", text.toString());
        return served;
    }

    /** Returns the chapters before the calls. */
    List<JsonNode> sections() {
        return document.at("/info/x-sections").valueStream().toList();
    }

    /** Returns the session id that stands in examples. */
    String exampleSession() {
        return document.at("/components/parameters/SessionId/example").stringValue();
    }

    private static JsonNode withoutOurs(JsonNode node) {
        if (node instanceof ObjectNode object) {
            object.propertyNames().stream()
                    .filter(name -> name.startsWith("x-") && name.endsWith("-id"))
                    .toList()
                    .forEach(object::remove);
            object.forEach(ApiDescription::withoutOurs);
        } else if (node instanceof ArrayNode array) {
            array.forEach(ApiDescription::withoutOurs);
        }
        return node;
    }

    /** Returns a text of a node in a language; Indonesian ones are beside the English ones. */
    static String text(JsonNode node, String field, String language) {
        JsonNode text = language.equals("en") ? node.path(field) : node.path("x-" + field + "-" + language);
        return (text.isMissingNode() ? node.path(field) : text).stringValue("");
    }

    /** Returns the names of tags, in order, with what the description says of them. */
    List<JsonNode> tags() {
        return document.get("tags").valueStream().toList();
    }
}
