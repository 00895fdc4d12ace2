package dev.merpati.dispatcher.webhook;

import dev.merpati.clients.timing.Timers;
import dev.merpati.dispatcher.http.HttpPoster;
import dev.merpati.dispatcher.webhook.DeliveryStore.WebhookId;
import dev.merpati.model.event.EventId;
import dev.merpati.model.event.StoredEvent;
import dev.merpati.model.outage.Outage;
import dev.merpati.model.webhook.SecretBox;
import dev.merpati.model.webhook.Webhook;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Executor;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * What all webhooks of this dispatcher use.
 *
 * @param executor for work that may block
 * @param memory bytes of events
 * @param inFlight attempts
 * @param box null when there is no key for secrets
 * @param eventRetention how long events are kept
 */
record DeliveryTools(
        DeliveryStore store,
        HttpPoster poster,
        WebhookSettings settings,
        RetrySchedule schedule,
        InstantSource clock,
        Timers timers,
        Executor executor,
        SharedBudget memory,
        SharedBudget inFlight,
        WebhookMetrics metrics,
        Outage outage,
        @Nullable SecretBox box,
        Duration eventRetention) {
    /** The share of the window that one session may fill until it goes on by itself. */
    private static final int CROWD = 4;

    Attempts attempts(WebhookId id, Webhook webhook) {
        return new Attempts(id, webhook, poster, settings.policy(), box);
    }

    Lane lane(
            EventSource source,
            Position position,
            Map<String, String> behind,
            Predicate<StoredEvent> wanted,
            @Nullable EventId end) {
        Window window =
                new Window(settings.windowEvents(), settings.windowSize().toBytes(), memory, position);
        Map<UUID, Pointer> pointers = new HashMap<>();
        behind.forEach((session, pointer) -> pointers.put(UUID.fromString(session), Pointer.parse(pointer)));
        int crowd = Math.max(1, settings.windowEvents() / CROWD);
        return new Lane(source, window, pointers, wanted, end, crowd);
    }
}
