package dev.merpati.dispatcher.webhook;

import dev.merpati.model.event.EventId;
import dev.merpati.model.webhook.DeliveryAttempt;
import dev.merpati.model.webhook.Replay;
import dev.merpati.model.webhook.Webhook;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Keeps what outlives a dispatcher. Its methods block, are repeatable, and throw Spring's exceptions of data access; after one the call
 * may have been carried out. Thread-safe.
 */
interface DeliveryStore {
    /** Names a webhook. */
    record WebhookId(String tenantId, String id) {}

    /** What is stored of a webhook besides its definition, as hashes. */
    record Taken(
            Map<String, String> state,
            Map<String, String> behind,
            Map<String, String> replayBehind,
            Map<String, String> status) {}

    /** What became of a save. */
    enum Saved {
        OK,
        /** Another dispatcher delivers to the webhook now. */
        FENCED,
        /** The webhook was deleted. */
        GONE,
        /** Redis has lost the save before it: everything has to be written. */
        LOST
    }

    /** How much lies before a webhook; {@code oldest} is null for nothing. */
    record Backlog(long events, @Nullable EventId oldest) {}

    /** The webhooks of a tenant; one that cannot be read is left out, and logged. */
    List<Webhook> webhooks(String tenantId);

    /** The tenants of a partition. */
    List<String> tenants(int partition);

    /** Makes the caller the one who delivers; null when there is no such webhook. */
    @Nullable
    Taken take(WebhookId webhook, String token);

    Saved save(WebhookId webhook, String token, String lastSave, String save, Changes changes);

    EventSource events(String tenantId);

    /** Only those that were given up. */
    EventSource deadEvents(WebhookId webhook);

    /** @param behind the sessions that lag */
    Backlog backlog(WebhookId webhook, EventId position, Map<UUID, Pointer> behind);

    List<Replay> replays(WebhookId webhook);

    /** Takes a request for a ping; null when there is none. */
    @Nullable
    String takePing(WebhookId webhook);

    void answerPing(WebhookId webhook, String requestId, DeliveryAttempt attempt);

    /** Has the webhook's owner told that it was disabled. */
    void noticeDisabled(WebhookId webhook);

    /** Removes everything that is stored of a webhook but its definition. */
    void delete(WebhookId webhook);
}
