package dev.merpati.gateway.webhook;

import dev.merpati.gateway.json.Allowed;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/** The body of {@code PATCH /api/webhooks/{id}}; see {@link WebhookRequest}. */
record WebhookChangeRequest(
        @Nullable String url,
        @Nullable List<@Nullable String> types,
        @Allowed("the id of a session") @Nullable List<@Nullable String> sessionIds,
        @Nullable String description,
        @Nullable ObjectNode headers,
        @Nullable Boolean enabled) {

    WebhookRequest request() {
        return new WebhookRequest(url, types, sessionIds, description, headers, enabled, null);
    }
}
