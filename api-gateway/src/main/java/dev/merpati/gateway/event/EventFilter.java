package dev.merpati.gateway.event;

import dev.merpati.model.event.StoredEvent;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Which events of a tenant are wanted.
 *
 * @param types by their names; empty for all
 * @param sessionId null for all sessions
 */
public record EventFilter(Set<String> types, @Nullable UUID sessionId) {
    /** Wants everything. */
    public static final EventFilter ALL = new EventFilter(Set.of(), null);

    boolean wants(StoredEvent event) {
        return (types.isEmpty() || types.contains(event.type()))
                && (sessionId == null || sessionId.equals(event.sessionId()));
    }
}
