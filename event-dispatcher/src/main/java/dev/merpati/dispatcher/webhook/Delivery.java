package dev.merpati.dispatcher.webhook;

import dev.merpati.model.event.StoredEvent;
import org.jspecify.annotations.Nullable;

/** One event that is to be sent now, from when it is picked until its attempt has ended. */
final class Delivery {
    private final StoredEvent event;
    private final Lane lane;
    private final @Nullable LaggingSession lagging;

    /** @param lagging the session, when it is behind its lane's position */
    Delivery(StoredEvent event, Lane lane, @Nullable LaggingSession lagging) {
        this.event = event;
        this.lane = lane;
        this.lagging = lagging;
    }

    StoredEvent event() {
        return event;
    }

    Lane lane() {
        return lane;
    }

    @Nullable
    LaggingSession lagging() {
        return lagging;
    }

    /** How many attempts of it have failed. */
    int failures() {
        return lagging == null ? 0 : lagging.pointer().attempts();
    }

    /** When it was tried first, in ms since 1970; 0 when it was not. */
    long firstAttempt() {
        return lagging == null ? 0 : lagging.pointer().firstAttempt();
    }
}
