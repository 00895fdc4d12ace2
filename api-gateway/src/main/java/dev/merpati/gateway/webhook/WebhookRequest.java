package dev.merpati.gateway.webhook;

import dev.merpati.gateway.error.ApiException;
import dev.merpati.gateway.error.Errors;
import dev.merpati.gateway.event.EventPositions;
import dev.merpati.gateway.event.EventTypes;
import dev.merpati.gateway.json.Allowed;
import dev.merpati.model.event.EventId;
import dev.merpati.model.webhook.MalformedWebhookUrlException;
import dev.merpati.model.webhook.WebhookHeaders;
import dev.merpati.model.webhook.WebhookUrl;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * The body of {@code POST} and {@code PATCH}: what is absent is left as it is, or has its default.
 *
 * @param types empty for all
 * @param sessionIds empty for all
 * @param headers names and values
 * @param enabled only to change one
 * @param after only for a new one: the event or the time after which it begins
 */
public record WebhookRequest(
        @Nullable String url,
        @Nullable List<@Nullable String> types,
        @Allowed("the id of a session") @Nullable List<@Nullable String> sessionIds,
        @Nullable String description,
        @Nullable ObjectNode headers,
        @Nullable Boolean enabled,
        @Nullable String after) {
    static final int MAX_DESCRIPTION = 200;
    static final int MAX_SESSIONS = 100;

    /** Returns the URL; an error of 400 when it cannot be delivered to. Null when it is absent. */
    @Nullable
    String checkedUrl(WebhookUrl.Policy policy) {
        String given = url;
        if (given == null) {
            return null;
        }
        try {
            WebhookUrl.parse(given.strip(), policy);
            return given.strip();
        } catch (MalformedWebhookUrlException e) {
            throw refused("url", String.valueOf(e.getMessage()), "the URL of an endpoint that can be delivered to");
        }
    }

    /** Returns the types, each once; null when they are absent. */
    @Nullable
    List<String> checkedTypes() {
        return types == null ? null : EventTypes.checked("types", types);
    }

    /** Returns the ids of the sessions, each once, not yet looked up; null when they are absent. */
    @Nullable
    List<String> checkedSessionIds() {
        List<@Nullable String> given = sessionIds;
        if (given == null) {
            return null;
        }
        if (given.size() > MAX_SESSIONS) {
            throw Errors.invalidField("sessionIds", given.size() + " ids", "at most " + MAX_SESSIONS + " ids")
                    .exception();
        }
        return given.stream().map(String::valueOf).distinct().toList();
    }

    /** Returns the description, stripped; empty for none, null when it is absent. */
    @Nullable
    String checkedDescription() {
        if (description == null) {
            return null;
        }
        String stripped = description.strip();
        int length = stripped.codePointCount(0, stripped.length());
        if (length > MAX_DESCRIPTION) {
            throw Errors.invalidField(
                            "description", length + " characters", "at most " + MAX_DESCRIPTION + " characters")
                    .exception();
        }
        return stripped;
    }

    /** Returns the headers; null when they are absent. */
    @Nullable
    Map<String, String> checkedHeaders() {
        ObjectNode given = headers;
        if (given == null) {
            return null;
        }
        Map<String, String> all = new LinkedHashMap<>();
        for (Map.Entry<String, JsonNode> header : given.properties()) {
            if (!header.getValue().isString()) {
                throw refused("headers", "a value that is no string", "an object of names and texts");
            }
            all.put(header.getKey(), header.getValue().stringValue());
        }
        String problem = WebhookHeaders.problem(all);
        if (problem != null) {
            throw refused("headers", problem, "names and values of headers that deliveries do not set themselves");
        }
        return all;
    }

    /** Returns the event after which it begins; null when that is not said. */
    @Nullable
    EventId checkedAfter(Instant now) {
        String given = after;
        return given == null ? null : EventPositions.before("after", given, now);
    }

    private static ApiException refused(String field, String found, String allowed) {
        return Errors.badRequest("invalid_field", field + " cannot be used: " + found)
                .with("field", field)
                .with("found", found)
                .with("allowed", allowed)
                .exception();
    }

    /** Without what may be secret. */
    @Override
    public String toString() {
        return "WebhookRequest[types=" + types + "]";
    }

    /** All that makes this request another than one with the same idempotency key. */
    String fingerprint() {
        return String.join(
                "\n",
                String.valueOf(url),
                String.valueOf(types),
                String.valueOf(sessionIds),
                String.valueOf(description),
                String.valueOf(headers),
                String.valueOf(after));
    }
}
