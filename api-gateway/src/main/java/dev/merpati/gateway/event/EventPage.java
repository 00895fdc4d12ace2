package dev.merpati.gateway.event;

import dev.merpati.model.event.EventId;
import dev.merpati.model.event.StoredEvent;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A part of a tenant's events.
 *
 * @param events in order; may be empty although there are more
 * @param next where the part ends: what comes after this id has not been looked at
 * @param more whether there was something after {@code next}
 */
public record EventPage(List<StoredEvent> events, EventId next, boolean more) {

    /** Returns the same part, which ends at an event that was known before it was read: what is not there before that never comes. */
    EventPage notBefore(@Nullable EventId known) {
        return more || known == null || next.compareTo(known) >= 0 ? this : new EventPage(events, known, false);
    }
}
