package dev.merpati.gateway.event;

import dev.merpati.model.event.EventId;
import dev.merpati.model.event.StoredEvent;
import java.util.List;

/**
 * A part of a tenant's events.
 *
 * @param events in order; may be empty although there are more
 * @param next where the part ends: what comes after this id has not been looked at
 * @param more whether there was something after {@code next}
 */
public record EventPage(List<StoredEvent> events, EventId next, boolean more) {}
