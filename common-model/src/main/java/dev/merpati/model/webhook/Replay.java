package dev.merpati.model.webhook;

import com.fasterxml.jackson.annotation.JsonSetter;
import com.fasterxml.jackson.annotation.Nulls;
import dev.merpati.model.event.EventId;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Delivers events of the past again, in order.
 *
 * @param from the first event, included; when it is no longer kept, the oldest that is
 * @param to the last one, included; it is set when the replay is asked for, so that a replay ends
 * @param types of the events; empty for all that the webhook wants
 * @param deadOnly whether only events that were given up are delivered
 */
public record Replay(
        String id,
        EventId from,
        EventId to,
        List<String> types,
        boolean deadOnly,
        Instant requestedAt,
        @JsonSetter(nulls = Nulls.SET) @Nullable EventId position) {}
