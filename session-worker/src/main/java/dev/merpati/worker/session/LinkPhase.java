package dev.merpati.worker.session;

import dev.merpati.model.session.SessionStatus;
import org.jspecify.annotations.Nullable;

/** Where a link is in its life. */
enum LinkPhase {
    LOADING(SessionStatus.CONNECTING),
    /** For its turn, or for the end of a back-off. */
    WAITING(SessionStatus.CONNECTING),
    OPENING(SessionStatus.CONNECTING),
    SHOWING_QR(SessionStatus.QR),
    ONLINE(SessionStatus.CONNECTED),
    /** Until a person does something. */
    DOWN(SessionStatus.DISCONNECTED),
    /** On its way to another worker. */
    LEAVING(null),
    DELETED(null);

    private final @Nullable SessionStatus countsAs;

    LinkPhase(@Nullable SessionStatus countsAs) {
        this.countsAs = countsAs;
    }

    /** Under which status this worker counts the session; null when it no longer counts it. */
    @Nullable
    SessionStatus countsAs() {
        return countsAs;
    }
}
