package dev.merpati.gateway.webhook;

import dev.merpati.gateway.error.Errors;
import dev.merpati.gateway.event.EventPositions;
import dev.merpati.gateway.event.EventReader;
import dev.merpati.gateway.event.EventTypes;
import dev.merpati.model.event.EventId;
import dev.merpati.model.webhook.Replay;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The body of {@code POST .../replay}.
 *
 * @param from an event or a time; may be absent with {@code deadOnly}
 * @param to an event or a time; the youngest event when absent
 * @param types empty or absent for all that the webhook wants
 * @param deadOnly whether only events are delivered that were given up
 */
public record ReplayRequest(
        @Nullable String from,
        @Nullable String to,
        @Nullable List<@Nullable String> types,
        @Nullable Boolean deadOnly) {

    /** Makes a replay of it that ends with an event that exists. */
    Replay checked(EventId youngest, Instant now) {
        boolean dead = Boolean.TRUE.equals(deadOnly);
        if ((from == null || from.isBlank()) && !dead) {
            throw Errors.missingFields("from is required: the first event, or the time from which on")
                    .exception();
        }
        EventId first =
                from == null || from.isBlank() ? EventReader.BEGINNING : EventPositions.first("from", from, now);
        EventId last = to == null || to.isBlank() ? youngest : EventPositions.last("to", to, now);
        if (to != null && last.compareTo(first) < 0) {
            throw Errors.invalidField("to", "before from", "an event or a time that is not before from")
                    .exception();
        }
        EventId end = last.compareTo(youngest) < 0 ? last : youngest;
        return new Replay(
                "rp_" + UUID.randomUUID().toString().replace("-", ""),
                first,
                end.compareTo(first) < 0 ? first : end,
                types == null ? List.of() : EventTypes.checked("types", types),
                dead,
                now,
                null);
    }
}
