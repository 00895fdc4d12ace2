package dev.merpati.dispatcher.webhook;

import dev.merpati.dispatcher.webhook.DeliveryStore.WebhookId;
import dev.merpati.model.event.EventId;
import dev.merpati.model.event.StoredEvent;
import dev.merpati.model.webhook.Replay;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** The replays of one webhook, one after the other, beside its live events. Not thread-safe; blocks. */
final class Replays {
    private final DeliveryTools tools;
    private final WebhookId webhook;
    private final Predicate<StoredEvent> wanted;
    private Progress.@Nullable ReplayState current;
    private @Nullable String ended;
    private boolean ask = true;
    private int underWay;

    Replays(DeliveryTools tools, WebhookId webhook, Predicate<StoredEvent> wanted) {
        this.tools = tools;
        this.webhook = webhook;
        this.wanted = wanted;
    }

    Progress.@Nullable ReplayState current() {
        return current;
    }

    /** There may be a new one. */
    void ask() {
        ask = true;
    }

    /** Goes on with the one that a former owner had begun. */
    void restore(Map<String, String> state, Map<String, String> behind) {
        String id = state.get("replay");
        String position = state.get("replay_position");
        if (id != null && position != null) {
            tools.store().replays(webhook).stream()
                    .filter(each -> each.id().equals(id))
                    .findFirst()
                    .ifPresent(each -> begin(each, new Position(EventId.parse(position), Position.UNKNOWN), behind));
        }
    }

    /** Begins the next one, if none is under way. */
    void choose() {
        if (current == null && ask) {
            List<Replay> all = tools.store().replays(webhook);
            ask = !all.isEmpty();
            all.stream()
                    // It may be there still, when its end could not be written down yet.
                    .filter(each -> !each.id().equals(ended))
                    .min(Comparator.comparing(Replay::requestedAt))
                    .ifPresent(next -> begin(next, Position.before(next.from()), Map.of()));
        }
    }

    private void begin(Replay replay, Position position, Map<String, String> behind) {
        EventSource source = replay.deadOnly()
                ? tools.store().deadEvents(webhook)
                : tools.store().events(webhook.tenantId());
        Predicate<StoredEvent> asked = event -> wanted.test(event)
                && (replay.types().isEmpty() || replay.types().contains(event.type()));
        current = new Progress.ReplayState(replay, tools.lane(source, position, behind, asked, replay.to()));
    }

    /** Ends the one that is done; returns whether there was one. */
    boolean end(Progress progress) {
        if (current == null || underWay > 0 || !current.lane().isDone()) {
            return false;
        }
        progress.replayed(current.replay());
        ended = current.replay().id();
        current = null;
        ask = true;
        return true;
    }

    /** Picks an event of it; null when there is none, or it has its half of the attempts. */
    @Nullable
    Delivery next(long now, boolean laggingFirst, int parallel) {
        return current == null || underWay >= Math.max(1, parallel / 2)
                ? null
                : current.lane().next(now, laggingFirst, parallel);
    }

    /** One more attempt is under way, or one less. */
    void underWay(int change) {
        underWay += change;
    }

    boolean isUnderWay(Lane lane) {
        return current != null && current.lane() == lane;
    }

    long nextTurn() {
        return current == null ? Long.MAX_VALUE : current.lane().nextTurn();
    }

    /** Frees the memory. */
    void free() {
        if (current != null) {
            current.lane().free();
        }
    }

    /** Drops it; it will be restored. */
    void forget() {
        free();
        current = null;
    }
}
