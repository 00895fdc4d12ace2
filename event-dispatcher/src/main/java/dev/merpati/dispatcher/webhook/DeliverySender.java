package dev.merpati.dispatcher.webhook;

import dev.merpati.dispatcher.http.HttpAnswer;
import dev.merpati.model.webhook.DeliveryAttempt;
import dev.merpati.model.webhook.WebhookStatus;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Sends the events of one webhook, as many at once as its circuit and what all webhooks share allow, and draws the consequences of
 * each answer: delivered, tried again later, given up, or the endpoint is left alone. For the webhook's mailbox.
 */
final class DeliverySender {
    private static final int GONE = 410;
    private static final int TOO_MANY_REQUESTS = 429;
    private static final int UNAVAILABLE = 503;

    private final DeliveryTools tools;
    private final Mailbox mailbox;
    private final EndpointState endpoint;
    private final Circuit circuit;
    private final RetrySchedule schedule;
    private final Replays replays;
    private @Nullable Lane live;
    private Progress progress;
    private boolean starved;
    private boolean laggingFirst;
    private int underWay;

    DeliverySender(DeliveryTools tools, Mailbox mailbox, EndpointState endpoint, Replays replays, Progress progress) {
        this.tools = tools;
        this.mailbox = mailbox;
        this.endpoint = endpoint;
        this.circuit = endpoint.circuit();
        this.schedule = tools.schedule();
        this.replays = replays;
        this.progress = progress;
    }

    /** From now on these are the live events, and this is where it is written down what became of them. */
    void begin(Lane lane, Progress progressOfIt) {
        live = lane;
        progress = progressOfIt;
    }

    /** Lets what is under way end without a consequence. */
    void forget() {
        live = null;
    }

    boolean isIdle() {
        return underWay == 0;
    }

    /** Whether there was more to send than the other webhooks have left of what is shared. */
    boolean isStarved() {
        return starved;
    }

    /** Starts the attempts that may be made now. */
    void start(Lane lane, Attempts attempts, long now) {
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
            send(attempts, delivery, isReplay, shared);
        }
    }

    /** A replay takes what the live events leave, but at most half. */
    private @Nullable Delivery pick(Lane lane, long now) {
        laggingFirst = !laggingFirst;
        Delivery delivery = lane.next(now, laggingFirst, circuit.limit());
        return delivery != null ? delivery : replays.next(now, laggingFirst, circuit.limit());
    }

    @SuppressWarnings("FutureReturnValueIgnored") // It never fails, and what comes after it is guarded by the mailbox.
    private void send(Attempts attempts, Delivery delivery, boolean isReplay, boolean shared) {
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
        long now = tools.clock().millis();
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
        if (answer.statusCode() == GONE || circuit.isDead(now)) {
            delivery.lane().failed(delivery, attempt, first, 0);
            record(delivery, at, answer, attempt, DeliveryAttempt.FAILED, 0, isReplay);
            endpoint.disable(answer.statusCode() == GONE ? EndpointState.DISABLED_GONE : EndpointState.DISABLED_DEAD);
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
}
