package dev.merpati.dispatcher.webhook;

import dev.merpati.model.event.StoredEvent;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.Deque;
import java.util.UUID;

/** A session that is behind its lane's position, and the next of its events as far as they were read. Not thread-safe. */
final class LaggingSession {
    static final Comparator<LaggingSession> BY_TURN = Comparator.<LaggingSession>comparingLong(
                    session -> session.pointer.nextAttempt())
            .thenComparing(session -> session.sessionId);

    private final UUID sessionId;
    private final Deque<StoredEvent> page = new ArrayDeque<>();
    private Pointer pointer;
    private boolean busy;

    LaggingSession(UUID sessionId, Pointer pointer) {
        this.sessionId = sessionId;
        this.pointer = pointer;
    }

    UUID sessionId() {
        return sessionId;
    }

    Pointer pointer() {
        return pointer;
    }

    /** Must not be called while it stands in an order by turn. */
    void moveTo(Pointer next) {
        pointer = next;
    }

    Deque<StoredEvent> page() {
        return page;
    }

    /** Whether one of its events is under way. */
    boolean isBusy() {
        return busy;
    }

    void setBusy(boolean underWay) {
        busy = underWay;
    }
}
