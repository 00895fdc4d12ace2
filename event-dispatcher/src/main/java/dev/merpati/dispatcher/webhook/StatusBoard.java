package dev.merpati.dispatcher.webhook;

import dev.merpati.dispatcher.webhook.DeliveryStore.Backlog;
import dev.merpati.dispatcher.webhook.DeliveryStore.WebhookId;
import dev.merpati.model.event.EventId;
import dev.merpati.model.webhook.WebhookStatus;
import dev.merpati.model.webhook.WebhookStatus.State;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What is shown of one webhook: to its owner, and in metrics. Not thread-safe, but for {@link #view()}; blocks. */
final class StatusBoard {
    /** Between two measurements of a backlog, which cost the more the more sessions lag. */
    private static final Map<State, Duration> PAUSES = Map.of(
            State.ACTIVE, Duration.ofSeconds(5),
            State.FAILING, Duration.ofMinutes(1),
            State.DISABLED, Duration.ofMinutes(10));

    private final DeliveryStore store;
    private final WebhookId webhook;
    private State shown = State.ACTIVE;
    private long nextMeasurement;
    private volatile WebhookView view = new WebhookView(State.ACTIVE, 0, 0);

    StatusBoard(DeliveryStore store, WebhookId webhook) {
        this.store = store;
        this.webhook = webhook;
    }

    WebhookView view() {
        return view;
    }

    /** In ms since 1970. */
    long nextMeasurement() {
        return nextMeasurement;
    }

    /** This is what is stored. */
    void restore(State stored) {
        shown = stored;
        nextMeasurement = 0;
    }

    /** Brings it up to date; returns whether the state has changed, which is to be written down at once. */
    boolean show(Lane lane, State state, @Nullable String disabledReason, Progress progress, long now) {
        boolean changes = state != shown;
        if (changes) {
            shown = state;
            progress.status(WebhookStatus.STATE, state.wireName());
            progress.status(WebhookStatus.DISABLED_REASON, disabledReason);
            if (state == State.ACTIVE) {
                progress.status(WebhookStatus.FAILING_SINCE, null);
            }
            nextMeasurement = 0;
        }
        if (lane.isDone()) {
            if (view.backlog() != 0 || view.state() != state) {
                show(state, new Backlog(0, null), progress);
            }
        } else if (now >= nextMeasurement) {
            Duration pause = PAUSES.getOrDefault(state, Duration.ofMinutes(1));
            nextMeasurement = now + pause.toMillis();
            show(state, store.backlog(webhook, lane.position().id(), lane.behind()), progress);
        }
        return changes;
    }

    private void show(State state, Backlog backlog, Progress progress) {
        EventId oldest = backlog.oldest();
        WebhookView next = new WebhookView(state, backlog.events(), oldest == null ? 0 : oldest.millis());
        if (next.backlog() != view.backlog() || next.oldest() != view.oldest()) {
            progress.status(WebhookStatus.BACKLOG, Long.toString(next.backlog()));
            progress.status(WebhookStatus.OLDEST, oldest == null ? null : Long.toString(next.oldest()));
        }
        view = next;
    }
}
