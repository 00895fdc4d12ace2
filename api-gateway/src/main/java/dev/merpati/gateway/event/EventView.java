package dev.merpati.gateway.event;

import dev.merpati.model.event.StoredEvent;
import java.time.Instant;
import java.util.UUID;
import tools.jackson.databind.util.RawValue;

/**
 * An event as its tenant sees it.
 *
 * @param data as it was stored, never parsed here
 */
record EventView(String id, String type, Instant timestamp, UUID sessionId, RawValue data) {
    static EventView of(StoredEvent event) {
        return new EventView(
                event.id().toString(), event.type(), event.timestamp(), event.sessionId(), new RawValue(event.data()));
    }
}
