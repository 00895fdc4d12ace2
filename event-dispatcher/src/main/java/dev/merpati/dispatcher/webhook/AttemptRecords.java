package dev.merpati.dispatcher.webhook;

import dev.merpati.dispatcher.http.HttpAnswer;
import dev.merpati.model.event.EventType;
import dev.merpati.model.event.StoredEvent;
import dev.merpati.model.webhook.DeliveryAttempt;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** Makes what is listed of attempts. */
final class AttemptRecords {
    private static final String UNKNOWN = "unknown";

    private AttemptRecords() {}

    /** @param next when it is tried again, in ms since 1970; 0 for never */
    static DeliveryAttempt of(
            StoredEvent event,
            Instant at,
            Duration duration,
            HttpAnswer answer,
            int attempt,
            String result,
            long next,
            boolean isReplay) {
        return new DeliveryAttempt(
                event.id().toString(),
                event.type(),
                event.sessionId().toString(),
                attempt,
                result,
                at,
                duration.toMillis(),
                statusCode(answer),
                answer.error(),
                answer.body(),
                next == 0 ? null : Instant.ofEpochMilli(next),
                isReplay);
    }

    /** An event that failed is no longer kept: it is given up. */
    static DeliveryAttempt ofGone(Lane.Gone gone, long now) {
        return new DeliveryAttempt(
                gone.event().toString(),
                UNKNOWN,
                gone.sessionId().toString(),
                0,
                DeliveryAttempt.DEAD,
                Instant.ofEpochMilli(now),
                0,
                null,
                "the event is no longer kept",
                null,
                null,
                false);
    }

    static DeliveryAttempt ofPing(String requestId, Instant at, Duration duration, HttpAnswer answer) {
        return new DeliveryAttempt(
                Attempts.PING_PREFIX + requestId,
                EventType.PING.wireName(),
                null,
                1,
                answer.isDelivered() ? DeliveryAttempt.DELIVERED : DeliveryAttempt.FAILED,
                at,
                duration.toMillis(),
                statusCode(answer),
                answer.error(),
                answer.body(),
                null,
                false);
    }

    private static @Nullable Integer statusCode(HttpAnswer answer) {
        return answer.statusCode() == 0 ? null : answer.statusCode();
    }
}
