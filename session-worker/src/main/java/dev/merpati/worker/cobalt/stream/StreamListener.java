package dev.merpati.worker.cobalt.stream;

import dev.merpati.model.session.PasskeyChallenge;
import dev.merpati.worker.cobalt.pairing.PairSuccess;
import dev.merpati.worker.whatsapp.CloseReason;
import dev.merpati.worker.whatsapp.IncomingMessage;
import dev.merpati.worker.whatsapp.IncomingReceipt;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** What happens on a {@link WhatsAppStream}. The calls come from the stream's thread and must return soon. */
public interface StreamListener {
    void qrCode(String text, Instant expiresAt);

    /** WhatsApp goes on with the pairing only with a signature by the account's passkey. */
    void passkeyRequired(PasskeyChallenge challenge);

    /**
     * A phone has linked the device, which has an address now.
     *
     * @return completes when its credentials and what is known of its account are stored; until then the pairing must
     *     not be confirmed to WhatsApp
     */
    CompletableFuture<Void> linked(PairSuccess success);

    /** The pairing is done; the device has to log in, on another stream. */
    void restart(WhatsAppStream stream);

    /** The device is logged in and can send. */
    void loggedIn(AuthenticatedClient client);

    /**
     * Has the listener take a receipt, on the calling thread; blocks until it has.
     *
     * @throws RuntimeException when it has not
     */
    void receipt(IncomingReceipt receipt);

    /** Until when the account may begin no new chats; empty when it may. */
    void restricted(Optional<Instant> until);

    /**
     * Has the listener take a message, on the calling thread; blocks until it has.
     *
     * @throws RuntimeException when it has not
     */
    void message(IncomingMessage message);

    /** Saves the credentials at once; the future completes when they are stored. */
    CompletableFuture<Void> saveCredentials();

    /** WhatsApp keeps the account out until then; the stream ends now. */
    void temporarilyBanned(Instant until);

    /** The stream is over. */
    void ended(WhatsAppStream stream, CloseReason reason);
}
