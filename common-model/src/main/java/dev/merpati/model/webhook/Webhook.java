package dev.merpati.model.webhook;

import com.fasterxml.jackson.annotation.JsonSetter;
import com.fasterxml.jackson.annotation.Nulls;
import dev.merpati.model.event.EventId;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * An endpoint of a tenant to which events are delivered.
 *
 * @param id {@code wh_} and 22 characters
 * @param types the types of events that it wants; empty for all
 * @param sessionIds the sessions whose events it wants; empty for all
 * @param headers sent with each delivery besides those of the signature
 * @param secrets that sign now, the newest first; more than one for some time after a rotation
 * @param enabled whether its owner wants it delivered to; what the dispatcher thinks of it is in {@link WebhookStatus}
 * @param after the youngest event that came before it: it gets the later ones; null for all that are kept
 */
public record Webhook(
        String id,
        String url,
        List<String> types,
        List<UUID> sessionIds,
        @JsonSetter(nulls = Nulls.SET) @Nullable String description,
        Map<String, String> headers,
        List<Secret> secrets,
        Instant createdAt,
        boolean enabled,
        @JsonSetter(nulls = Nulls.SET) @Nullable EventId after) {

    /**
     * A secret, encrypted.
     *
     * @param sealed what {@link SecretBox} made of {@code whsec_...}
     * @param until when it signs no longer; null for the newest
     */
    public record Secret(
            String sealed,
            @JsonSetter(nulls = Nulls.SET) @Nullable Instant until) {}

    /** Returns it with other secrets. */
    public Webhook withSecrets(List<Secret> others) {
        return new Webhook(id, url, types, sessionIds, description, headers, others, createdAt, enabled, after);
    }

    /** Returns it so that it gets the events after one; null for all that are kept. */
    public Webhook beginningAfter(@Nullable EventId event) {
        return new Webhook(id, url, types, sessionIds, description, headers, secrets, createdAt, enabled, event);
    }

    /** Whether it wants an event. */
    public boolean wants(String type, UUID sessionId) {
        return (types.isEmpty() || types.contains(type)) && (sessionIds.isEmpty() || sessionIds.contains(sessionId));
    }
}
