package dev.merpati.dispatcher.webhook;

import dev.merpati.dispatcher.webhook.DeliveryStore.WebhookId;
import dev.merpati.model.webhook.DeliveryAttempt;
import java.time.Duration;
import java.time.Instant;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;

/** Makes the test calls that the owner of one webhook asks for, whatever state its endpoint is in. For its mailbox; blocks. */
final class Pings {
    private static final Logger log = LoggerFactory.getLogger(Pings.class);

    private final DeliveryTools tools;
    private final WebhookId id;
    private final Mailbox mailbox;
    private final Consumer<DeliveryAttempt> recorder;
    private boolean ask = true;

    /** @param recorder writes the attempts down with the others */
    Pings(DeliveryTools tools, WebhookId id, Mailbox mailbox, Consumer<DeliveryAttempt> recorder) {
        this.tools = tools;
        this.id = id;
        this.mailbox = mailbox;
        this.recorder = recorder;
    }

    /** There may be a new one. */
    void ask() {
        ask = true;
    }

    /** Starts those that were asked for. */
    @SuppressWarnings("FutureReturnValueIgnored") // It never fails, and what comes after it is guarded by the mailbox.
    void start(Attempts attempts) {
        if (!ask) {
            return;
        }
        ask = false;
        for (String request = tools.store().takePing(id);
                request != null;
                request = tools.store().takePing(id)) {
            String requestId = request;
            Instant at = tools.clock().instant();
            attempts.ping(requestId, at)
                    .thenAccept(answer -> mailbox.post(() -> {
                        Duration duration = Duration.between(at, tools.clock().instant());
                        tools.metrics().attempted(answer.result(), duration);
                        ended(requestId, AttemptRecords.ofPing(requestId, at, duration, answer));
                    }));
        }
    }

    private void ended(String requestId, DeliveryAttempt attempt) {
        try {
            tools.store().answerPing(id, requestId, attempt);
        } catch (DataAccessException e) {
            log.warn("The result of a ping of tenant {} was lost: {}", id.tenantId(), e.toString());
        }
        recorder.accept(attempt);
    }
}
