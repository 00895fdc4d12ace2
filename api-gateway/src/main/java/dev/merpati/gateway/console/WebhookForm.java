package dev.merpati.gateway.console;

import dev.merpati.gateway.error.Errors;
import dev.merpati.gateway.webhook.ReplayRequest;
import dev.merpati.gateway.webhook.WebhookRequest;
import dev.merpati.gateway.webhook.WebhookView;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.util.MultiValueMap;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * A webhook's settings, as its form shows them.
 *
 * @param headers one on each line, a colon between name and value
 */
record WebhookForm(String url, String description, List<String> types, List<String> sessionIds, String headers) {
    static final WebhookForm EMPTY = new WebhookForm("", "", List.of(), List.of(), "");

    static WebhookForm of(MultiValueMap<String, String> form) {
        Map<String, String> single = form.toSingleValueMap();
        return new WebhookForm(
                single.getOrDefault("url", ""),
                single.getOrDefault("description", ""),
                form.getOrDefault("types", List.of()),
                form.getOrDefault("sessions", List.of()),
                single.getOrDefault("headers", ""));
    }

    static WebhookForm of(WebhookView webhook) {
        StringBuilder headers = new StringBuilder();
        for (Map.Entry<String, JsonNode> header : webhook.headers().properties()) {
            headers.append(header.getKey())
                    .append(": ")
                    .append(header.getValue().asString(""))
                    .append('\n');
        }
        return new WebhookForm(
                webhook.url(),
                webhook.description() == null ? "" : webhook.description(),
                webhook.types(),
                webhook.sessionIds().stream().map(Object::toString).toList(),
                headers.toString());
    }

    /** An error of 400 when a line is no header. */
    WebhookRequest request() {
        return new WebhookRequest(
                url,
                new ArrayList<@Nullable String>(types),
                new ArrayList<@Nullable String>(sessionIds),
                description,
                parsedHeaders(),
                null,
                null);
    }

    private ObjectNode parsedHeaders() {
        ObjectNode all = JsonNodeFactory.instance.objectNode();
        int number = 0;
        for (String line : headers.split("\\R", -1)) {
            number++;
            if (line.isBlank()) {
                continue;
            }
            int colon = line.indexOf(':');
            if (colon < 1) {
                throw Errors.invalidField("headers", "without a colon in line " + number, "lines such as Name: value")
                        .exception();
            }
            String name = line.substring(0, colon).strip();
            if (all.has(name)) {
                throw Errors.invalidField("headers", "the name of line " + number + " twice", "each name once")
                        .exception();
            }
            all.put(name, line.substring(colon + 1).strip());
        }
        return all;
    }

    /** Reads the form of a replay. A browser says times without a zone; ours are UTC. */
    static ReplayRequest replayOf(MultiValueMap<String, String> form) {
        Map<String, String> single = form.toSingleValueMap();
        return new ReplayRequest(
                place(single.get("from")), place(single.get("to")), null, single.containsKey("dead") ? true : null);
    }

    private static @Nullable String place(@Nullable String text) {
        if (text == null || text.isBlank()) {
            return null;
        }
        String stripped = text.strip();
        return stripped.matches("[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}")
                ? stripped + ":00Z"
                : stripped.matches("[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\\.[0-9]+)?")
                        ? stripped + "Z"
                        : stripped;
    }

    /** Without headers, which may be secret. */
    @Override
    public String toString() {
        return "WebhookForm[types=" + types + "]";
    }
}
