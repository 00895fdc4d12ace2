package dev.merpati.gateway.event;

import dev.merpati.gateway.error.Errors;
import dev.merpati.model.event.EventId;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;

/** Reads what requests say of a place in a tenant's events: the id of an event, or a time. */
public final class EventPositions {
    /** How far the clocks of Redis and of this gateway may be apart. */
    private static final Duration CLOCK_DIFFERENCE = Duration.ofMinutes(5);

    private EventPositions() {}

    /** Reads the id of an event; an error of 400 when it cannot be the id of one that was stored. */
    public static EventId id(String field, String text, Instant now) {
        try {
            EventId id = EventId.parse(text);
            if (id.millis() <= now.plus(CLOCK_DIFFERENCE).toEpochMilli()) {
                return id;
            }
        } catch (IllegalArgumentException e) {
            // Answered below.
        }
        throw Errors.invalidField(field, EventTypes.quoted(text), "the id of an event, such as 1795820000123-000004")
                .exception();
    }

    /** Reads the first place that is meant: an event, or what was stored at a time or later. */
    public static EventId first(String field, String text, Instant now) {
        Instant time = timeOf(text);
        return time == null ? idOrTime(field, text, now) : new EventId(millis(field, text, time, now), 0);
    }

    /** Reads the last place that is meant: an event, or what was stored until the end of a time's millisecond. */
    public static EventId last(String field, String text, Instant now) {
        Instant time = timeOf(text);
        return time == null
                ? idOrTime(field, text, now)
                : new EventId(millis(field, text, time, now), EventId.MAX_SEQUENCE);
    }

    /** Reads the place after which is meant: an event, or what was stored before a time. */
    public static EventId before(String field, String text, Instant now) {
        Instant time = timeOf(text);
        if (time == null) {
            return idOrTime(field, text, now);
        }
        long millis = millis(field, text, time, now);
        return millis == 0 ? EventReader.BEGINNING : new EventId(millis - 1, EventId.MAX_SEQUENCE);
    }

    private static EventId idOrTime(String field, String text, Instant now) {
        if (text.length() == EventReader.BEGINNING.toString().length() && text.indexOf('T') < 0) {
            return id(field, text, now);
        }
        throw invalid(field, text);
    }

    private static long millis(String field, String text, Instant time, Instant now) {
        if (time.isBefore(Instant.EPOCH) || time.isAfter(now.plus(CLOCK_DIFFERENCE))) {
            throw invalid(field, text);
        }
        return time.toEpochMilli();
    }

    private static @org.jspecify.annotations.Nullable Instant timeOf(String text) {
        try {
            return OffsetDateTime.parse(text).toInstant();
        } catch (DateTimeException e) {
            return null;
        }
    }

    private static RuntimeException invalid(String field, String text) {
        return Errors.invalidField(
                        field,
                        EventTypes.quoted(text),
                        "the id of an event, or a time that is past, with its offset, such as 2026-11-27T10:56:01Z")
                .exception();
    }
}
