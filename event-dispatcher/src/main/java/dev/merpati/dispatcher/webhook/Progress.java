package dev.merpati.dispatcher.webhook;

import dev.merpati.dispatcher.webhook.DeliveryStore.Saved;
import dev.merpati.dispatcher.webhook.DeliveryStore.WebhookId;
import dev.merpati.model.Json;
import dev.merpati.model.event.EventId;
import dev.merpati.model.webhook.DeliveryAttempt;
import dev.merpati.model.webhook.Replay;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Collects what happened to one webhook and writes it down, all that belongs together at once. Repeats a save whose answer was lost
 * until it is known to be done, before anything newer is written. Not thread-safe; blocks.
 */
final class Progress {
    /** Where a replay is. */
    record ReplayState(Replay replay, Lane lane) {}

    private final DeliveryStore store;
    private final WebhookId webhook;
    private final int logEntries;
    private final Duration logRetention;
    private final Duration eventRetention;
    private final String token = UUID.randomUUID().toString();
    private List<String> log = new ArrayList<>();
    private List<String> alive = new ArrayList<>();
    private List<String> replaysDone = new ArrayList<>();
    private Map<String, String> status = new HashMap<>();
    private List<String> unset = new ArrayList<>();
    private String lastSave = "";
    private @Nullable Changes unconfirmed;
    private String unconfirmedId = "";
    private boolean full;
    private boolean dirty;
    private int unsaved;
    private long expired;

    Progress(DeliveryStore store, WebhookId webhook, WebhookSettings settings, Duration eventRetention) {
        this.store = store;
        this.webhook = webhook;
        this.logEntries = settings.logEntries();
        this.logRetention = settings.logRetention();
        this.eventRetention = eventRetention;
    }

    /** Makes this dispatcher the one who delivers; null when the webhook was deleted. */
    DeliveryStore.@Nullable Taken take() {
        DeliveryStore.Taken taken = store.take(webhook, token);
        if (taken != null) {
            lastSave = taken.state().getOrDefault("save", "");
        }
        return taken;
    }

    void attempted(DeliveryAttempt attempt) {
        log.add(Json.MAPPER.writeValueAsString(attempt));
        unsaved++;
        dirty = true;
    }

    /** An event that had been given up may be there no longer. */
    void revived(EventId event) {
        alive.add(event.toString());
        dirty = true;
    }

    void replayed(Replay replay) {
        replaysDone.add(replay.id());
        dirty = true;
    }

    /** @param value null for none */
    void status(String field, @Nullable String value) {
        dirty = true;
        status.remove(field);
        unset.remove(field);
        if (value == null) {
            unset.add(field);
        } else {
            status.put(field, value);
        }
    }

    /** Events were removed before they were looked at. */
    void expired(long events) {
        expired += events;
        dirty = true;
    }

    void touched() {
        dirty = true;
    }

    boolean isDirty() {
        return dirty || unconfirmed != null;
    }

    /** How many attempts are not written down. */
    int unsaved() {
        return unsaved;
    }

    /** Writes down everything that happened; returns {@code OK}, or why nothing can be written any more. */
    Saved save(Lane live, @Nullable ReplayState replay, Map<String, String> circuit, long now) {
        Saved result = Saved.OK;
        if (unconfirmed != null) {
            result = send(unconfirmed);
        }
        if (result == Saved.OK && dirty) {
            result = write(collect(live, replay, circuit, now));
        }
        if (result == Saved.LOST) {
            // What the lost save said beyond states is said again; the states are written as they are now.
            Changes lost = unconfirmed;
            unconfirmed = null;
            full = true;
            Changes all = collect(live, replay, circuit, now);
            result = write(lost == null ? all : withListsOf(lost, all));
        }
        return result;
    }

    private Saved write(Changes changes) {
        unconfirmed = changes;
        unconfirmedId = UUID.randomUUID().toString();
        full = false;
        return send(changes);
    }

    private Saved send(Changes changes) {
        Saved result = store.save(webhook, token, lastSave, unconfirmedId, changes);
        if (result == Saved.OK) {
            lastSave = unconfirmedId;
            unconfirmed = null;
            unsaved = dirty ? unsaved : 0;
        }
        return result;
    }

    private Changes collect(Lane live, @Nullable ReplayState replay, Map<String, String> circuit, long now) {
        Map<String, String> state = new HashMap<>(circuit);
        state.put("position", live.position().id().toString());
        state.put("number", Long.toString(live.position().number()));
        Behind behind = Behind.of(live, full);
        List<String> dead = ids(live);
        Behind replayBehind = new Behind();
        Map<String, String> replayRecord = new HashMap<>();
        if (replay != null) {
            String position = replay.lane().position().id().toString();
            state.put("replay", replay.replay().id());
            state.put("replay_position", position);
            replayBehind = Behind.of(replay.lane(), full);
            dead.addAll(ids(replay.lane()));
            replayRecord.put(replay.replay().id(), Json.MAPPER.writeValueAsString(at(replay)));
        }
        Changes changes = new Changes(
                full,
                state,
                behind.moved,
                behind.caughtUp,
                replayBehind.moved,
                replayBehind.caughtUp,
                dead,
                alive,
                // Longer than events are kept, so that those that were no longer kept are listed too.
                new EventId(Math.max(0, now - 2 * eventRetention.toMillis()), 0).toString(),
                expired,
                log,
                logEntries,
                Long.toString(logRetention.toMillis()),
                Math.max(0, now - logRetention.toMillis()) + "-0",
                status,
                unset,
                replayRecord,
                replaysDone);
        log = new ArrayList<>();
        alive = new ArrayList<>();
        status = new HashMap<>();
        unset = new ArrayList<>();
        replaysDone = new ArrayList<>();
        expired = 0;
        dirty = false;
        return changes;
    }

    private static Changes withListsOf(Changes lost, Changes all) {
        return new Changes(
                true,
                all.state(),
                all.behind(),
                all.caughtUp(),
                all.replayBehind(),
                all.replayCaughtUp(),
                joined(lost.dead(), all.dead()),
                joined(lost.alive(), all.alive()),
                all.deadBefore(),
                lost.expired() + all.expired(),
                joined(lost.log(), all.log()),
                all.logEntries(),
                all.logMillis(),
                all.logSince(),
                merged(lost.status(), all.status()),
                joined(lost.unset(), all.unset()).stream()
                        .filter(field -> !all.status().containsKey(field))
                        .toList(),
                all.replay(),
                joined(lost.replayDone(), all.replayDone()));
    }

    private static List<String> joined(List<String> first, List<String> second) {
        List<String> all = new ArrayList<>(first);
        all.addAll(second);
        return all;
    }

    private static Map<String, String> merged(Map<String, String> first, Map<String, String> second) {
        Map<String, String> all = new HashMap<>(first);
        all.putAll(second);
        return all;
    }

    private static List<String> ids(Lane lane) {
        List<String> ids = new ArrayList<>();
        lane.takeDead().forEach(id -> ids.add(id.toString()));
        return ids;
    }

    private static Replay at(ReplayState state) {
        Replay replay = state.replay();
        return new Replay(
                replay.id(),
                replay.from(),
                replay.to(),
                replay.types(),
                replay.deadOnly(),
                replay.requestedAt(),
                state.lane().position().id());
    }

    /** The sessions that lag, as they are stored. */
    private static final class Behind {
        private final Map<String, String> moved = new HashMap<>();
        private final List<String> caughtUp = new ArrayList<>();

        static Behind of(Lane lane, boolean all) {
            Behind behind = new Behind();
            lane.takeChanges().forEach((session, pointer) -> {
                if (pointer == null) {
                    behind.caughtUp.add(session.toString());
                } else {
                    behind.moved.put(session.toString(), pointer.toString());
                }
            });
            if (all) {
                lane.behind().forEach((session, pointer) -> behind.moved.put(session.toString(), pointer.toString()));
            }
            return behind;
        }
    }
}
