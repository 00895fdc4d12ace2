package dev.merpati.worker.session;

import dev.merpati.worker.whatsapp.WhatsAppConnection;
import java.time.Duration;
import java.time.Instant;
import java.util.function.Function;

/** A session's connection as its commands see it. Calls block. */
interface Connectivity {
    /** Waits until the session can send, or until it is known that it will not. */
    Readiness awaitReady(Instant until);

    /** Waits between two tries; returns early when the session moves away or is deleted. */
    void pause(Duration duration);

    /** One connection, which takes one call at a time. */
    interface Calls {
        /** Makes one call, after the one that is under way. */
        <T> T call(Function<WhatsAppConnection, T> request);
    }
}
