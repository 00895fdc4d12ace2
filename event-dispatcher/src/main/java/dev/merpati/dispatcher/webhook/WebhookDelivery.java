package dev.merpati.dispatcher.webhook;

import dev.merpati.dispatcher.http.HttpAnswer;
import dev.merpati.dispatcher.webhook.DeliveryStore.Saved;
import dev.merpati.dispatcher.webhook.DeliveryStore.WebhookId;
import dev.merpati.model.event.EventId;
import dev.merpati.model.event.StoredEvent;
import dev.merpati.model.webhook.DeliveryAttempt;
import dev.merpati.model.webhook.Webhook;
import dev.merpati.model.webhook.WebhookStatus;
import dev.merpati.model.webhook.WebhookStatus.State;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;

/**
 * Delivers to one webhook. Everything happens in its mailbox, one after the other: what comes in changes the state, and afterwards
 * {@link #step} starts the attempts that may be made, writes down what happened, and sees to it that it is woken in time.
 *
 * <p>An event is sent at least once, and again under the same id when an owner died before it wrote down that it was delivered.
 */
final class WebhookDelivery {
    private static final Logger log = LoggerFactory.getLogger(WebhookDelivery.class);
    private static final int GONE = 410;
    private static final int TOO_MANY_REQUESTS = 429;
    private static final int UNAVAILABLE = 503;
    /** After Redis failed, or another dispatcher took the webhook while Kafka says that it is ours. */
    private static final Duration PAUSE = Duration.ofSeconds(1);
    /** When nothing can be sent for a reason of ours. */
    private static final Duration PROBLEM_PAUSE = Duration.ofMinutes(1);
    /** Until it is looked again whether the other webhooks have left something of what is shared. */
    private static final long STARVED_PAUSE = 20;

    /** The part of the window after which is saved before its time, so that saving never holds up a fast endpoint. */
    private static final int MANY = 4;

    private static final String FAILURES = "failures";
    private static final String DISABLED = "disabled";
    private static final String OWNER = "owner";
    private static final String DISABLED_GONE = "gone";
    private static final String DISABLED_DEAD = "dead";

    private final WebhookId id;
    private final DeliveryTools tools;
    private final Mailbox mailbox;
    private Progress progress;
    private final Circuit circuit;
    private final RetrySchedule schedule;
    private final EventSource events;
    private final SingleWake wake;
    private final StatusBoard status;
    private final Replays replays;

    private Webhook webhook;
    private Attempts attempts;
    private @Nullable Lane live;
    private @Nullable String disabled;
    private boolean noticePending;
    private boolean askForPings = true;
    private boolean ended;
    private boolean takeAgain;
    private boolean starved;
    private boolean cutOff;
    private @Nullable CompletableFuture<Void> stopping;
    private boolean laggingFirst;
    private int underWay;
    private long nextSave;
    private long retryAt;

    WebhookDelivery(WebhookId id, Webhook webhook, DeliveryTools tools) {
        this.id = id;
        this.tools = tools;
        this.webhook = webhook;
        this.attempts = tools.attempts(id, webhook);
        this.mailbox = new Mailbox(tools.executor(), this::step);
        this.progress = new Progress(tools.store(), id, tools.settings(), tools.eventRetention());
        this.schedule = tools.schedule();
        this.circuit = new Circuit(tools.settings(), schedule);
        this.events = tools.store().events(id.tenantId());
        this.status = new StatusBoard(tools.store(), id);
        this.replays = new Replays(tools, id, this::wants);
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
                boolean take = disabled == null && !circuit.isPaused(now());
                live.appended(appended, take);
            }
        });
    }

    /** The webhook may have been changed, or something is wanted of it. */
    void changed(Webhook current) {
        mailbox.post(() -> {
            replays.ask();
            askForPings = true;
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
            takeAgain = takeAgain || disabled != null || !current.enabled();
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
            if (!ended && live == null && underWay == 0) {
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
        } else if (underWay == 0 || cutOff) {
            progress.touched();
            progress.save(live, replays.current(), circuitState(), now);
            end();
        }
    }

    /** Writes everything down, to read it again. */
    private void leave(Lane lane, long now) {
        if (underWay == 0) {
            if (progress.isDirty()) {
                progress.save(lane, replays.current(), circuitState(), now);
            }
            forget();
        }
    }

    private void serve(Lane lane, long now) {
        if (noticePending) {
            tools.store().noticeDisabled(id);
            noticePending = false;
            progress.touched();
        }
        if (askForPings) {
            askForPings = false;
            answerPings();
        }
        String problem = attempts.problem();
        if (problem != null && !circuit.isPaused(now)) {
            circuit.pauseUntil(now + PROBLEM_PAUSE.toMillis());
            progress.status(WebhookStatus.LAST_ERROR, problem);
        }
        if (disabled != null || circuit.isPaused(now)) {
            if (underWay == 0) {
                lane.free();
                replays.free();
            }
        } else if (stopping == null && !takeAgain) {
            replays.choose();
            startAttempts(lane, now);
            if (replays.end(progress)) {
                nextSave = 0;
            }
        }
        showStatus(lane, now);
        save(lane, now);
        wake.at(nextWake(lane, now));
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
        circuit.restore(number(state.get(FAILURES)), longNumber(state.get(WebhookStatus.FAILING_SINCE)));
        WebhookStatus stored = WebhookStatus.fromHash(taken.status());
        noticePending = "1".equals(state.get("notice"));
        boolean stillDisabled = stored.state() == State.DISABLED && !OWNER.equals(stored.disabledReason());
        if (!webhook.enabled()) {
            disabled = OWNER;
        } else if (stillDisabled) {
            disabled = stored.disabledReason() == null ? DISABLED_DEAD : stored.disabledReason();
        } else {
            disabled = null;
            if (!state.getOrDefault(DISABLED, "").isEmpty()) {
                circuit.reset(); // Its owner has enabled it.
            }
        }
        status.restore(stored.state());
        live = tools.lane(events, position(state), taken.behind(), this::wants, null);
        replays.restore(state, taken.replayBehind());
    }

    private Position position(Map<String, String> state) {
        String stored = state.get("position");
        if (stored != null) {
            return new Position(EventId.parse(stored), longNumber(state.get("number")));
        }
        EventId after = webhook.after();
        return after == null ? Position.START : new Position(after, Position.UNKNOWN);
    }

    private boolean wants(StoredEvent event) {
        return webhook.wants(event.type(), event.sessionId());
    }

    private void startAttempts(Lane lane, long now) {
        starved = false;
        while (underWay < circuit.limit()
                && progress.unsaved() < tools.settings().windowEvents()) {
            boolean shared = underWay > 0;
            if (shared && !tools.inFlight().tryTake(1)) {
                starved = true;
                return;
            }
            Delivery delivery = null;
            try {
                delivery = pick(lane, now);
            } finally {
                if (delivery == null && shared) {
                    tools.inFlight().give(1);
                }
            }
            if (delivery == null) {
                return;
            }
            boolean isReplay = delivery.lane() != lane;
            underWay++;
            replays.underWay(isReplay ? 1 : 0);
            send(delivery, isReplay, shared);
        }
    }

    /** A replay takes what the live events leave, but at most half. */
    private @Nullable Delivery pick(Lane lane, long now) {
        laggingFirst = !laggingFirst;
        Delivery delivery = lane.next(now, laggingFirst, circuit.limit());
        return delivery != null ? delivery : replays.next(now, laggingFirst, circuit.limit());
    }

    @SuppressWarnings("FutureReturnValueIgnored") // It never fails, and what comes after it is guarded by the mailbox.
    private void send(Delivery delivery, boolean isReplay, boolean shared) {
        Instant at = tools.clock().instant();
        attempts.send(delivery.event(), at).thenAccept(answer -> {
            if (shared) {
                tools.inFlight().give(1);
            }
            mailbox.post(() -> attempted(delivery, at, answer, isReplay));
        });
    }

    private void attempted(Delivery delivery, Instant at, HttpAnswer answer, boolean isReplay) {
        underWay--;
        replays.underWay(isReplay ? -1 : 0);
        if (delivery.lane() != live && !replays.isUnderWay(delivery.lane())) {
            return;
        }
        long now = now();
        int attempt = delivery.failures() + 1;
        if (answer.isDelivered()) {
            succeeded(delivery, isReplay, now);
            record(delivery, at, answer, attempt, DeliveryAttempt.DELIVERED, 0, isReplay);
        } else {
            failed(delivery, at, answer, attempt, isReplay, now);
        }
    }

    private void succeeded(Delivery delivery, boolean isReplay, long now) {
        delivery.lane().finished(delivery, true);
        if (isReplay) {
            progress.revived(delivery.event().id());
        }
        if (circuit.succeeded() && live != null) {
            live.retryAll();
        }
        progress.status(WebhookStatus.LAST_SUCCESS, Long.toString(now));
    }

    private void failed(Delivery delivery, Instant at, HttpAnswer answer, int attempt, boolean isReplay, long now) {
        boolean overloaded = answer.statusCode() == 0
                || answer.statusCode() == TOO_MANY_REQUESTS
                || answer.statusCode() == UNAVAILABLE;
        Duration retryAfter = overloaded ? answer.retryAfter() : null;
        circuit.failed(now, overloaded, retryAfter);
        long first = delivery.firstAttempt() == 0 ? at.toEpochMilli() : delivery.firstAttempt();
        boolean endpointDead = circuit.isDead(now);
        if (answer.statusCode() == GONE || endpointDead) {
            delivery.lane().failed(delivery, attempt, first, 0);
            record(delivery, at, answer, attempt, DeliveryAttempt.FAILED, 0, isReplay);
            disable(answer.statusCode() == GONE ? DISABLED_GONE : DISABLED_DEAD);
        } else if (schedule.isOver(attempt, first, now)) {
            delivery.lane().finished(delivery, false);
            tools.metrics().dead(1);
            record(delivery, at, answer, attempt, DeliveryAttempt.DEAD, 0, isReplay);
        } else {
            long next = now + schedule.pause(attempt, retryAfter);
            delivery.lane().failed(delivery, attempt, first, next);
            record(delivery, at, answer, attempt, DeliveryAttempt.FAILED, next, isReplay);
        }
        if (delivery.lane().laggingSessions() > tools.settings().maxBlockedSessions() && !circuit.isOpen()) {
            circuit.open(now);
        }
        progress.status(WebhookStatus.LAST_FAILURE, Long.toString(now));
        progress.status(WebhookStatus.LAST_ERROR, answer.error());
        progress.status(WebhookStatus.FAILING_SINCE, Long.toString(circuit.failingSince()));
    }

    private void record(
            Delivery delivery, Instant at, HttpAnswer answer, int attempt, String result, long next, boolean isReplay) {
        Duration duration = Duration.between(at, tools.clock().instant());
        tools.metrics().attempted(answer.result(), duration);
        progress.attempted(AttemptRecords.of(delivery.event(), at, duration, answer, attempt, result, next, isReplay));
    }

    private void disable(String reason) {
        if (disabled == null) {
            disabled = reason;
            noticePending = true;
            nextSave = 0;
            log.info("A webhook of tenant {} was disabled: {}", id.tenantId(), reason);
        }
    }

    // Pings

    @SuppressWarnings("FutureReturnValueIgnored") // As for deliveries.
    private void answerPings() {
        for (String request = tools.store().takePing(id);
                request != null;
                request = tools.store().takePing(id)) {
            String requestId = request;
            Instant at = tools.clock().instant();
            attempts.ping(requestId, at).thenAccept(answer -> mailbox.post(() -> pinged(requestId, at, answer)));
        }
    }

    private void pinged(String requestId, Instant at, HttpAnswer answer) {
        Duration duration = Duration.between(at, tools.clock().instant());
        tools.metrics().attempted(answer.result(), duration);
        DeliveryAttempt attempt = AttemptRecords.ofPing(requestId, at, duration, answer);
        try {
            tools.store().answerPing(id, requestId, attempt);
        } catch (DataAccessException e) {
            log.warn("The result of a ping of tenant {} was lost: {}", id.tenantId(), e.toString());
        }
        progress.attempted(attempt);
    }

    // What is written down and shown

    private void showStatus(Lane lane, long now) {
        boolean isFailing = circuit.isOpen() || attempts.problem() != null;
        State state = disabled != null ? State.DISABLED : isFailing ? State.FAILING : State.ACTIVE;
        if (status.show(lane, state, disabled, progress, now)) {
            nextSave = 0;
        }
        for (Lane.Gone gone : lane.takeGone()) {
            tools.metrics().dead(1);
            progress.attempted(AttemptRecords.ofGone(gone, now));
        }
    }

    private Map<String, String> circuitState() {
        return Map.of(
                FAILURES,
                Integer.toString(circuit.failures()),
                WebhookStatus.FAILING_SINCE,
                Long.toString(circuit.failingSince()),
                "notice",
                noticePending ? "1" : "0",
                DISABLED,
                disabled == null || disabled.equals(OWNER) ? "" : disabled);
    }

    private boolean isMuchUnsaved() {
        return progress.unsaved() >= Math.max(1, tools.settings().windowEvents() / MANY);
    }

    private void save(Lane lane, long now) {
        if (!progress.isDirty() || (now < nextSave && !isMuchUnsaved())) {
            return;
        }
        Saved saved = progress.save(lane, replays.current(), circuitState(), now);
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
        if (noticePending) {
            at = Math.min(at, now + PAUSE.toMillis());
        }
        if (!lane.isDone()) {
            at = Math.min(at, status.nextMeasurement());
        }
        if (disabled == null) {
            long turn = Math.min(lane.nextTurn(), replays.nextTurn());
            if (circuit.isPaused(now)) {
                at = Math.min(at, circuit.pausedUntil());
            } else if (starved) {
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

    private static int number(@Nullable String text) {
        return text == null ? 0 : Integer.parseInt(text);
    }

    private static long longNumber(@Nullable String text) {
        return text == null ? 0 : Long.parseLong(text);
    }
}
