package dev.merpati.gateway.webhook;

import dev.merpati.model.event.EventId;
import dev.merpati.model.webhook.Replay;
import dev.merpati.model.webhook.Webhook;
import dev.merpati.model.webhook.WebhookStatus;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * A webhook as its tenant sees it, without its secrets.
 *
 * @param enabled whether it is delivered to; false also when the dispatcher has given it up
 * @param state {@code active}, {@code failing} or {@code disabled}
 * @param disabledReason {@code owner}, {@code gone} or {@code dead}
 * @param backlog how many events wait for it at most
 * @param oldest when the oldest of them came
 * @param dead how many were given up, and can be replayed
 * @param replays those that are not done yet
 */
public record WebhookView(
        String id,
        String url,
        List<String> types,
        List<UUID> sessionIds,
        @Nullable String description,
        ObjectNode headers,
        Instant createdAt,
        boolean enabled,
        String state,
        @Nullable String disabledReason,
        long backlog,
        @Nullable Instant oldest,
        long dead,
        @Nullable Instant lastSuccess,
        @Nullable Instant lastFailure,
        @Nullable String lastError,
        @Nullable Instant failingSince,
        List<ReplayView> replays) {

    /** A replay that goes on. */
    public record ReplayView(
            String id,
            String from,
            String to,
            List<String> types,
            boolean deadOnly,
            Instant requestedAt,
            @Nullable String position) {
        static ReplayView of(Replay replay) {
            EventId position = replay.position();
            return new ReplayView(
                    replay.id(),
                    replay.from().toString(),
                    replay.to().toString(),
                    replay.types(),
                    replay.deadOnly(),
                    replay.requestedAt(),
                    position == null ? null : position.toString());
        }
    }

    static WebhookView of(Webhook webhook, WebhookStatus status, List<Replay> replays) {
        WebhookStatus.State state = webhook.enabled() ? status.state() : WebhookStatus.State.DISABLED;
        ObjectNode headers = JsonNodeFactory.instance.objectNode();
        webhook.headers().forEach(headers::put);
        return new WebhookView(
                webhook.id(),
                webhook.url(),
                webhook.types(),
                webhook.sessionIds(),
                webhook.description(),
                headers,
                webhook.createdAt(),
                state != WebhookStatus.State.DISABLED,
                state.wireName(),
                state == WebhookStatus.State.DISABLED ? reason(webhook, status) : null,
                status.backlog(),
                status.oldest(),
                status.dead(),
                status.lastSuccess(),
                status.lastFailure(),
                status.lastError(),
                status.failingSince(),
                replays.stream().map(ReplayView::of).toList());
    }

    private static String reason(Webhook webhook, WebhookStatus status) {
        String reason = status.disabledReason();
        return !webhook.enabled() || reason == null ? "owner" : reason;
    }

    /** The names of the headers, whose values may be secret. */
    public List<String> headerNames() {
        return headers.properties().stream()
                .map(java.util.Map.Entry<String, JsonNode>::getKey)
                .toList();
    }

    /** Without what may be secret. */
    @Override
    public String toString() {
        return "WebhookView[" + id + "]";
    }
}
