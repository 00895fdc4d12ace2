package dev.merpati.dispatcher.webhook;

import dev.merpati.model.event.EventId;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Where the events of one tenant come from, in order. Its methods block and throw Spring's exceptions of data access. */
interface EventSource {
    /** What is read at once. */
    record Bounds(int events, int bytes) {}

    /**
     * Reads the next events.
     *
     * @param to the last one, included; null for all
     */
    Page after(EventId after, @Nullable EventId to, Bounds bounds);

    /**
     * Reads the next events of one session.
     *
     * @param included whether {@code from} itself is read too
     * @param to the last one, included
     */
    Page ofSession(UUID sessionId, EventId from, boolean included, EventId to, Bounds bounds);

    /** Returns the id of the youngest event that was ever appended, as far as is known; null for none. */
    @Nullable
    EventId youngest();
}
