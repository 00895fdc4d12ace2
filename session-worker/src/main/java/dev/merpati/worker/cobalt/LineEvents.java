package dev.merpati.worker.cobalt;

import dev.merpati.model.outcome.Receipt;
import dev.merpati.worker.whatsapp.CloseReason;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;

/** What happens on a {@link Line}. The calls come from the line's thread and must return soon. */
interface LineEvents {
    void qrCode(String text, Instant expiresAt);

    /** A phone has scanned the code: the device has an address now. */
    void linked(Device device);

    /** The pairing is done; the device has to log in, on another line. */
    void restart(Line line);

    void loggedIn(LoggedIn session);

    void receipt(String messageId, Receipt receipt);

    /** Saves the credentials at once; completes when they are stored. */
    CompletableFuture<Void> saveCredentials();

    void ended(Line line, CloseReason reason);
}
