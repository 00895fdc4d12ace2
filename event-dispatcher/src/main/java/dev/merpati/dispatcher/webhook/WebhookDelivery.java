package dev.merpati.dispatcher.webhook;

import dev.merpati.dispatcher.webhook.DeliveryStore.Saved;
import dev.merpati.dispatcher.webhook.DeliveryStore.WebhookId;
import dev.merpati.model.event.EventId;
import dev.merpati.model.event.StoredEvent;
import dev.merpati.model.webhook.Webhook;
import dev.merpati.model.webhook.WebhookStatus;
import dev.merpati.model.webhook.WebhookStatus.State;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;

/**
 * Delivers to one webhook while this dispatcher owns it: takes it, has its events sent, writes down what happened, and leaves it. Everything
 * happens in its mailbox, one after the other: what comes in changes the state, and afterwards {@link #step} does what follows from
 * it, and sees to it that it is woken in time.
 *
 * <p>An event is sent at least once, and again under the same id when an owner died before it wrote down that it was delivered.
 */
final class WebhookDelivery {
    private static final Logger log = LoggerFactory.getLogger(WebhookDelivery.class);
    /** After Redis failed, or another dispatcher took the webhook while Kafka says that it is ours. */
    private static final Duration PAUSE = Duration.ofSeconds(1);
    /** When nothing can be sent for a reason of ours. */
    private static final Duration PROBLEM_PAUSE = Duration.ofMinutes(1);
    /** Until it is looked again whether the other webhooks have left something of what is shared, in ms. */
    private static final long STARVED_PAUSE = 20;

    /** The part of the window after which is saved before its time, so that saving never holds up a fast endpoint. */
    private static final int MANY = 4;

    private final WebhookId id;
    private final DeliveryTools tools;
    private final Mailbox mailbox;
    private final EndpointState endpoint;
    private final Circuit circuit;
    private final EventSource events;
    private final SingleWake wake;
    private final StatusBoard status;
    private final Replays replays;
    private final DeliverySender sender;
    private final Pings pings;

    private Webhook webhook;
    private Attempts attempts;
    private Progress progress;
    private @Nullable Lane live;
    private boolean ended;
    private boolean takeAgain;
    private boolean cutOff;
    private @Nullable CompletableFuture<Void> stopping;
    private long nextSave;
    private long retryAt;

    WebhookDelivery(WebhookId id, Webhook webhook, DeliveryTools tools) {
        this.id = id;
        this.tools = tools;
        this.webhook = webhook;
        this.attempts = tools.attempts(id, webhook);
        this.mailbox = new Mailbox(tools.executor(), this::step);
        this.progress = new Progress(tools.store(), id, tools.settings(), tools.eventRetention());
        this.circuit = new Circuit(tools.settings(), tools.schedule());
        this.endpoint = new EndpointState(id, circuit);
        this.events = tools.store().events(id.tenantId());
        this.status = new StatusBoard(tools.store(), id);
        this.replays = new Replays(tools, id, this::wants);
        this.sender = new DeliverySender(tools, mailbox, endpoint, replays, progress);
        this.pings = new Pings(tools, id, mailbox, attempt -> progress.attempted(attempt));
        this.wake = new SingleWake(tools.timers(), tools.clock(), () -> mailbox.post(() -> {}));
    }

    void start() {
        mailbox.post(() -> {});
    }

    /** What it shows in metrics; from any thread. */
    WebhookView view() {
        return status.view();
    }

    /** Events were appended to the tenant's stream. */
    void appended(List<StoredEvent> appended) {
        mailbox.post(() -> {
            if (live != null) {
                live.appended(appended, !endpoint.isClosed(now()));
            }
        });
    }

    /** The webhook may have been changed, or something is wanted of it. */
    void changed(Webhook current) {
        mailbox.post(() -> {
            replays.ask();
            pings.ask();
            if (live != null) {
                live.lookAgain();
            }
            if (!current.equals(webhook)) {
                if (!current.url().equals(webhook.url())) {
                    circuit.reset();
                }
                webhook = current;
                attempts = tools.attempts(id, current);
            }
            // A gateway that enables or disables says so in the status.
            takeAgain = takeAgain || endpoint.disabledReason() != null || !current.enabled();
        });
    }

    /** The webhook was deleted. Its keys go. */
    void deleted() {
        mailbox.post(() -> {
            end();
            try {
                tools.store().delete(id);
            } catch (DataAccessException e) {
                log.warn("What was kept of a deleted webhook of tenant {} stays: {}", id.tenantId(), e.toString());
            }
        });
    }

    /**
     * Another dispatcher gets the tenant, or this one stops: begins nothing more.
     *
     * @return done when what was under way has ended and everything is written down
     */
    CompletableFuture<Void> stop() {
        CompletableFuture<Void> stopped = new CompletableFuture<>();
        mailbox.post(() -> stopping = stopped);
        return stopped;
    }

    /** The time to stop is over: does not wait for what is under way. */
    void cutOff() {
        mailbox.post(() -> cutOff = true);
    }

    /** Another dispatcher may have the tenant already: writes nothing any more. */
    void lost() {
        mailbox.post(this::end);
    }

    private void end() {
        ended = true;
        forget();
        if (stopping != null) {
            stopping.complete(null);
        }
    }

    /** Drops what is in memory. What is under way ends without a consequence. */
    private void forget() {
        if (live != null) {
            live.free();
        }
        replays.forget();
        sender.forget();
        live = null;
    }

    private void step() {
        long now = now();
        if (ended) {
            return;
        }
        if (now < retryAt && stopping == null) {
            wake.at(retryAt);
            return;
        }
        try {
            if (stopping != null) {
                finish(now);
            } else if (takeAgain && live != null) {
                leave(live, now);
            }
            // Never beside attempts of before, which could overtake each other.
            if (!ended && live == null && sender.isIdle()) {
                take();
            }
            // First, so that what was held up until then is begun now.
            if (!ended && live != null && isMuchUnsaved()) {
                save(live, now);
            }
            if (!ended && live != null) {
                serve(live, now);
            }
        } catch (DataAccessException e) {
            tools.outage().failed(e);
            retryAt = now() + PAUSE.toMillis();
            if (stopping != null) {
                log.debug("The last save failed: what it says is done again", e);
                end();
            }
            wake.at(retryAt);
        }
    }

    private void finish(long now) {
        if (live == null) {
            end();
        } else if (sender.isIdle() || cutOff) {
            progress.touched();
            progress.save(live, replays.current(), endpoint.stored(), now);
            end();
        }
    }

    /** Writes everything down, to read it again. */
    private void leave(Lane lane, long now) {
        if (sender.isIdle()) {
            if (progress.isDirty()) {
                progress.save(lane, replays.current(), endpoint.stored(), now);
            }
            forget();
        }
    }

    private void serve(Lane lane, long now) {
        pings.start(attempts);
        String problem = attempts.problem();
        if (problem != null && !circuit.isPaused(now)) {
            circuit.pauseUntil(now + PROBLEM_PAUSE.toMillis());
            progress.status(WebhookStatus.LAST_ERROR, problem);
        }
        if (endpoint.isClosed(now)) {
            if (sender.isIdle()) {
                lane.free();
                replays.free();
            }
        } else if (stopping == null && !takeAgain) {
            replays.choose();
            sender.start(lane, attempts, now);
            if (replays.end(progress)) {
                nextSave = 0;
                mailbox.post(() -> {}); // To begin the next one.
            }
        }
        showStatus(lane, now);
        save(lane, now);
        noticeDisabled();
        wake.at(nextWake(lane, now));
    }

    /** Comes after the save: before it a gateway would find nothing of which to tell, and who is refused has nothing to tell. */
    private void noticeDisabled() {
        if (endpoint.isNoticePending() && live != null && !progress.isDirty()) {
            tools.store().noticeDisabled(id);
            endpoint.noticed();
            progress.touched();
        }
    }

    private void take() {
        takeAgain = false;
        progress = new Progress(tools.store(), id, tools.settings(), tools.eventRetention());
        DeliveryStore.Taken taken = progress.take();
        if (taken == null) {
            end();
            return;
        }
        Map<String, String> state = taken.state();
        WebhookStatus stored = WebhookStatus.fromHash(taken.status());
        endpoint.restore(state, stored, webhook);
        status.restore(stored.state());
        live = tools.lane(events, position(state), taken.behind(), this::wants, null);
        sender.begin(live, progress);
        replays.restore(state, taken.replayBehind());
    }

    private Position position(Map<String, String> state) {
        String stored = state.get("position");
        if (stored != null) {
            return new Position(EventId.parse(stored), Long.parseLong(state.getOrDefault("number", "0")));
        }
        EventId after = webhook.after();
        return after == null ? Position.START : new Position(after, Position.UNKNOWN);
    }

    private boolean wants(StoredEvent event) {
        return webhook.wants(event.type(), event.sessionId());
    }

    // What is written down and shown

    private void showStatus(Lane lane, long now) {
        boolean isFailing = circuit.isOpen() || attempts.problem() != null;
        String disabled = endpoint.disabledReason();
        State state = disabled != null ? State.DISABLED : isFailing ? State.FAILING : State.ACTIVE;
        if (status.show(lane, state, disabled, progress, now)) {
            nextSave = 0;
        }
        for (Lane.Gone gone : lane.takeGone()) {
            tools.metrics().dead(1);
            progress.attempted(AttemptRecords.ofGone(gone, now));
        }
        long expired = lane.takeExpired();
        if (expired > 0) {
            tools.metrics().dead(expired);
            progress.expired(expired);
            log.warn(
                    "{} events of tenant {} were removed before webhook {} could get them",
                    expired,
                    id.tenantId(),
                    id.id());
        }
    }

    private boolean isMuchUnsaved() {
        return progress.unsaved() >= Math.max(1, tools.settings().windowEvents() / MANY);
    }

    private void save(Lane lane, long now) {
        if (!progress.isDirty() || (now < nextSave && !isMuchUnsaved())) {
            return;
        }
        Saved saved = progress.save(lane, replays.current(), endpoint.stored(), now);
        tools.outage().succeeded();
        nextSave = now + tools.settings().saveInterval().toMillis();
        if (saved == Saved.GONE) {
            end();
        } else if (saved != Saved.OK) {
            log.info("Another dispatcher has taken a webhook of tenant {}", id.tenantId());
            retryAt = now + PAUSE.toMillis();
            forget();
        }
    }

    private long nextWake(Lane lane, long now) {
        long at = progress.isDirty() ? nextSave : Long.MAX_VALUE;
        if (endpoint.isNoticePending()) {
            at = Math.min(at, now + PAUSE.toMillis());
        }
        if (!lane.isDone()) {
            at = Math.min(at, status.nextMeasurement());
        }
        if (endpoint.disabledReason() == null) {
            long turn = Math.min(lane.nextTurn(), replays.nextTurn());
            if (circuit.isPaused(now)) {
                at = Math.min(at, circuit.pausedUntil());
            } else if (sender.isStarved()) {
                at = Math.min(at, now + STARVED_PAUSE);
            } else if (turn > now) {
                at = Math.min(at, turn); // Those that are due wait for an attempt to end, which wakes it.
            }
        }
        return at;
    }

    private long now() {
        return tools.clock().millis();
    }
}
