package dev.merpati.model.webhook;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonSetter;
import com.fasterxml.jackson.annotation.Nulls;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * One try to deliver an event, as it is logged: JSON in the field {@value #FIELD} of a stream's entry.
 *
 * @param eventId also the {@code webhook-id} that was sent
 * @param attempt 1 for the first try of this event
 * @param status {@code delivered}, {@code failed} (tried again later), {@code dead} (given up)
 * @param statusCode of the answer; null when there was none
 * @param error in a few words, when there was no good answer
 * @param response at most the first 1,024 bytes of the answer's body, as text
 * @param nextAttemptAt when it is tried again; null when it is not
 * @param replay whether a replay caused it
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record DeliveryAttempt(
        String eventId,
        String type,
        @JsonSetter(nulls = Nulls.SET) @Nullable String sessionId,
        int attempt,
        String status,
        Instant at,
        long durationMillis,
        @JsonSetter(nulls = Nulls.SET) @Nullable Integer statusCode,
        @JsonSetter(nulls = Nulls.SET) @Nullable String error,
        @JsonSetter(nulls = Nulls.SET) @Nullable String response,
        @JsonSetter(nulls = Nulls.SET) @Nullable Instant nextAttemptAt,
        boolean replay) {
    public static final String FIELD = "attempt";

    public static final String DELIVERED = "delivered";
    public static final String FAILED = "failed";
    public static final String DEAD = "dead";
}
