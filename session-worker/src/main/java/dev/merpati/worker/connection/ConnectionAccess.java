package dev.merpati.worker.connection;

import dev.merpati.model.outcome.FailureCode;
import dev.merpati.worker.whatsapp.WhatsAppConnection;
import java.time.Duration;
import java.time.Instant;
import java.util.function.Function;

/** A session's connection as its commands see it. Calls block. */
public interface ConnectionAccess {
    /** Waits until the session can send, or until it is known that it will not. */
    Readiness awaitReady(Instant until);

    /**
     * Waits until the session shows codes that a phone can be linked by, for a while longer; makes it show some when it was
     * left disconnected.
     */
    Readiness awaitCodes(Instant until);

    /** Whether WhatsApp waits for the account's passkey; does not wait itself. */
    Readiness awaitingPasskey();

    /** Waits between two tries; returns early when the session moves away or is deleted. */
    void pause(Duration duration);

    /** A connection that makes one call at a time. */
    interface SerializedConnection {
        /** Makes one call, after the one that is under way. */
        <T> T call(Function<WhatsAppConnection, T> request);
    }

    /** What a command that needs the connection can do now. */
    sealed interface Readiness {
        /** Go on, with this connection. */
        record Ready(SerializedConnection connection) implements Readiness {}

        /** Give up: the session will not be connected without a person. */
        record Unavailable(FailureCode code) implements Readiness {}

        /** Its time is up. */
        record TimedOut() implements Readiness {}

        /** Leave it: the session moves to another worker. */
        record Moving() implements Readiness {}
    }
}
