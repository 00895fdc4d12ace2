package dev.merpati.gateway.docs;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.springframework.http.HttpStatus;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Reads the files under {@code openapi/} as one OpenAPI document, and writes out what they say once: the responses of the
 * errors that a call names in {@code x-errors}, and the headers and the parameter that every call has.
 */
final class DescriptionLoader {
    private static final List<String> FILES =
            List.of("openapi.yaml", "guide.yaml", "paths.yaml", "webhooks.yaml", "schemas.yaml", "errors.yaml");

    /** The files repeat answers by aliases; the default allows 50 of them. */
    private static final int MOST_ALIASES = 1_000;

    private static final List<String> METHODS = List.of("get", "post", "put", "patch", "delete");
    private static final String EVERY_OTHER = "+other";

    private final JsonMapper mapper;
    private final ObjectNode document;
    private final JsonNode groups;
    private final Map<String, ErrorDescription> errors = new LinkedHashMap<>();

    private DescriptionLoader(JsonMapper mapper) {
        this.mapper = mapper;
        this.document = mapper.createObjectNode();
        FILES.forEach(file -> merge(document, read(file)));
        this.groups = document.remove("groups");
        for (Map.Entry<String, JsonNode> error : document.remove("errors").properties()) {
            errors.put(error.getKey(), new ErrorDescription(error.getKey(), error.getValue()));
        }
    }

    /** What was read. */
    record Loaded(ObjectNode document, Map<String, ErrorDescription> errors) {}

    static Loaded load(JsonMapper mapper) {
        DescriptionLoader loader = new DescriptionLoader(mapper);
        loader.errors.values().forEach(loader::addExample);
        for (JsonNode path : loader.document.path("paths")) {
            METHODS.stream()
                    .filter(path::has)
                    .map(method -> (ObjectNode) path.get(method))
                    .forEach(loader::complete);
        }
        ObjectNode webhooks = (ObjectNode) loader.document.get("webhooks");
        for (Map.Entry<String, JsonNode> each : List.copyOf(webhooks.properties())) {
            webhooks.set(each.getKey(), loader.webhook(each.getKey(), (ObjectNode) each.getValue()));
        }
        return new Loaded(loader.document, loader.errors);
    }

    private JsonNode read(String file) {
        LoaderOptions options = new LoaderOptions();
        options.setMaxAliasesForCollections(MOST_ALIASES);
        options.setAllowDuplicateKeys(false);
        try (InputStream in = DescriptionLoader.class.getResourceAsStream("/openapi/" + file)) {
            return mapper.valueToTree(new Yaml(new SafeConstructor(options)).load(in));
        } catch (IOException e) {
            throw new UncheckedIOException("the description's file " + file + " cannot be read", e);
        }
    }

    private static void merge(ObjectNode into, JsonNode from) {
        for (Map.Entry<String, JsonNode> field : from.properties()) {
            JsonNode present = into.get(field.getKey());
            if (present instanceof ObjectNode object && field.getValue().isObject()) {
                merge(object, field.getValue());
            } else {
                into.set(field.getKey(), field.getValue());
            }
        }
    }

    private void addExample(ErrorDescription error) {
        ObjectNode example = document.withObject("/components/examples").putObject(error.code());
        example.put("summary", error.text("means", "en"));
        example.put("description", error.text("fix", "en"));
        example.set("value", error.body(mapper));
    }

    /** Writes out what is sent for a type of events. */
    private ObjectNode webhook(String type, ObjectNode described) {
        ObjectNode path = mapper.createObjectNode();
        ObjectNode post = path.putObject("post");
        JsonNode data = described.remove("x-data");
        JsonNode example = described.remove("example");
        post.setAll(described);
        post.putArray("tags").add("Webhooks");
        post.putArray("security");
        ArrayNode parameters = post.putArray("parameters");
        List.of("WebhookIdHeader", "WebhookTimestampHeader", "WebhookSignatureHeader")
                .forEach(name -> parameters.addObject().put("$ref", "#/components/parameters/" + name));
        ObjectNode body = post.putObject("requestBody").put("required", true);
        ObjectNode content = body.withObject("/content").putObject("application/json");
        ObjectNode schema = content.putObject("schema").put("type", "object");
        schema.putArray("required").add("type").add("timestamp").add("data");
        ObjectNode properties = schema.putObject("properties");
        properties.putObject("type").put("type", "string").put("const", type);
        properties.putObject("timestamp").put("type", "string").put("format", "date-time");
        ArrayNode all = properties.putObject("data").putArray("allOf");
        all.addObject().put("$ref", "#/components/schemas/" + data.stringValue());
        all.addObject().put("$ref", "#/components/schemas/InWebhook");
        ObjectNode value = content.putObject("examples")
                .putObject("event")
                .put("summary", described.path("summary").stringValue(""))
                .putObject("value");
        value.put("type", type).put("timestamp", "2026-11-27T10:56:01.706Z").set("data", example);
        post.putObject("responses")
                .putObject("2XX")
                .put(
                        "description",
                        "Taken. Everything else, a redirect included, is tried again; 410 disables the webhook.")
                .put(
                        "x-description-id",
                        "Diterima. Selain itu, termasuk pengalihan, dicoba lagi; 410 menonaktifkan webhook.");
        return path;
    }

    private void complete(ObjectNode operation) {
        operation.withArray("parameters").addObject().put("$ref", "#/components/parameters/RequestId");
        ObjectNode responses = (ObjectNode) operation.get("responses");
        for (Map.Entry<String, JsonNode> response : List.copyOf(responses.properties())) {
            // Two calls may share one answer by an alias.
            ObjectNode own = (ObjectNode) response.getValue().deepCopy();
            responses.set(response.getKey(), own);
            addHeaders(own, true);
        }
        Map<Integer, List<ErrorDescription>> byStatus = new TreeMap<>();
        codes(operation.remove("x-errors"))
                .map(this::error)
                .forEach(error -> byStatus.computeIfAbsent(error.status(), status -> new ArrayList<>())
                        .add(error));
        byStatus.forEach((status, all) -> responses.set(
                String.valueOf(status), response(HttpStatus.valueOf(status).getReasonPhrase(), all)));
        responses.set(
                "default",
                response(
                        "Refused before the call was known",
                        codes(groups.get(EVERY_OTHER)).map(this::error).toList()));
    }

    private Stream<String> codes(JsonNode names) {
        List<String> codes = new ArrayList<>();
        for (JsonNode name : names) {
            String text = name.stringValue();
            if (text.startsWith("+")) {
                codes.addAll(codes(groups.get(text)).toList());
            } else {
                codes.add(text);
            }
        }
        return codes.stream().distinct();
    }

    private ErrorDescription error(String code) {
        ErrorDescription error = errors.get(code);
        if (error == null) {
            throw new IllegalStateException(
                    "an operation names the error " + code + ", which errors.yaml does not have");
        }
        return error;
    }

    private ObjectNode response(String description, List<ErrorDescription> possible) {
        ObjectNode response = mapper.createObjectNode();
        response.put("description", description);
        addHeaders(response, possible.stream().anyMatch(ErrorDescription::isCounted));
        if (possible.stream().anyMatch(ErrorDescription::canBeRetried)) {
            response.withObject("/headers").putObject("Retry-After").put("$ref", "#/components/headers/RetryAfter");
        }
        ObjectNode content = response.withObject("/content").putObject("application/json");
        ArrayNode schema = content.putObject("schema").putArray("allOf");
        schema.addObject().put("$ref", "#/components/schemas/Error");
        ArrayNode codes = schema.addObject().withObject("/properties/code").putArray("enum");
        ObjectNode examples = content.putObject("examples");
        possible.stream().sorted(Comparator.comparing(ErrorDescription::code)).forEach(error -> {
            codes.add(error.code());
            examples.putObject(error.code()).put("$ref", "#/components/examples/" + error.code());
        });
        return response;
    }

    private static void addHeaders(ObjectNode response, boolean counted) {
        ObjectNode headers = response.withObject("/headers");
        headers.putObject("X-Request-Id").put("$ref", "#/components/headers/XRequestId");
        if (counted) {
            headers.putObject("RateLimit").put("$ref", "#/components/headers/RateLimit");
            headers.putObject("RateLimit-Policy").put("$ref", "#/components/headers/RateLimitPolicy");
        }
    }
}
