package dev.merpati.dispatcher.webhook;

import dev.merpati.dispatcher.http.HttpPoster;
import dev.merpati.dispatcher.timing.Timers;
import dev.merpati.dispatcher.webhook.DeliveryStore.WebhookId;
import dev.merpati.model.outage.Outage;
import dev.merpati.model.webhook.SecretBox;
import dev.merpati.model.webhook.Webhook;
import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.Executor;
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

    Attempts attempts(WebhookId id, Webhook webhook) {
        return new Attempts(id, webhook, poster, settings.policy(), box);
    }
}
