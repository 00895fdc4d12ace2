package dev.merpati.gateway.docs;

import com.networknt.schema.Error;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Compares JSON with schemas of the description, formats included; a field that the description does not have is an error. */
final class SchemaCheck {
    private final ApiDescription description;
    private final SchemaRegistry registry = SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12);

    SchemaCheck(ApiDescription description) {
        this.description = description;
    }

    /** What is wrong with the JSON; empty when it is valid. */
    List<String> errors(JsonNode schema, JsonNode json) {
        ObjectNode root = (ObjectNode) schema.deepCopy();
        ObjectNode schemas =
                (ObjectNode) description.document().at("/components/schemas").deepCopy();
        for (Map.Entry<String, JsonNode> each : schemas.properties()) {
            if (each.getValue().has("properties")) {
                ((ObjectNode) each.getValue()).put("additionalProperties", false);
            }
        }
        root.withObject("/components").set("schemas", schemas);
        return registry
                .getSchema(root)
                .validate(json, context -> context.executionConfig(config -> config.formatAssertionsEnabled(true)))
                .stream()
                .map(Error::toString)
                .toList();
    }
}
