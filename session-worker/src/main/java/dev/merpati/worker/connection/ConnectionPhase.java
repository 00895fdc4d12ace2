package dev.merpati.worker.connection;

import dev.merpati.model.session.SessionStatus;
import org.jspecify.annotations.Nullable;

/** Where a session's connection is in its life. */
enum ConnectionPhase {
    LOADING(SessionStatus.CONNECTING),
    /** For its turn to log in, or for the end of a back-off. */
    WAITING(SessionStatus.CONNECTING),
    OPENING(SessionStatus.CONNECTING),
    SHOWING_QR(SessionStatus.QR),
    /** WhatsApp wants the account's passkey before it goes on with the pairing. */
    AWAITING_PASSKEY(SessionStatus.CONNECTING),
    ONLINE(SessionStatus.CONNECTED),
    /** Until a person does something. */
    DISCONNECTED(SessionStatus.DISCONNECTED),
    /** On its way to another worker. */
    LEAVING(null),
    DELETED(null);

    private final @Nullable SessionStatus countsAs;

    ConnectionPhase(@Nullable SessionStatus countsAs) {
        this.countsAs = countsAs;
    }

    /** The status under which this worker counts the session; null when it no longer counts it. */
    @Nullable
    SessionStatus countsAs() {
        return countsAs;
    }
}
