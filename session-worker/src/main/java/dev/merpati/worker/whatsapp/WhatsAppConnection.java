package dev.merpati.worker.whatsapp;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.BooleanSupplier;

/**
 * One connection to WhatsApp. Calls block and are meant for virtual threads; the caller makes one call at a time, but
 * for {@link #close} and {@link #abort}, which may come at any time from any thread and end a call that is under way.
 */
public interface WhatsAppConnection {

    /**
     * Sends a message to the address that WhatsApp names for the number, and waits for the server's acknowledgement.
     * A file is uploaded first, unless an earlier try of the same message did; the text of an audio follows as a
     * message of its own.
     *
     * @param stillOurs asked right before anything leaves that reaches the recipient, which can be long after this call
     *     began; when it says no the result is {@link SendResult.NotSent}. Must not block
     * @param timeout how long the queries and the acknowledgement may take together; an upload has a time of its own,
     *     by the size of the file
     */
    SendResult send(OutgoingMessage message, BooleanSupplier stillOurs, Duration timeout);

    /**
     * Asks which numbers are registered.
     *
     * @param phoneNumbers 1 to 100 distinct numbers, digits only
     * @return a result for every number; {@code UNKNOWN} where WhatsApp responded with an error or not at all
     */
    Map<String, NumberCheck> checkNumbers(List<String> phoneNumbers, Duration timeout);

    /**
     * Asks the account's phone to upload a received file again that WhatsApp does not keep any more. Returns at once.
     *
     * @return completes when the phone answers, for which it has to be online, or this connection ends
     */
    CompletableFuture<ReuploadResult> requestReupload(ReceivedReference file);

    /**
     * Asks for a code that the phone's owner types in to link this device, instead of scanning a QR code; each replaces the
     * one before. For a connection that shows QR codes.
     *
     * @param phoneNumber of the phone, digits only
     */
    PairingCodeResult requestPairingCode(String phoneNumber, Duration timeout);

    /**
     * Hands the signature that {@link ConnectionListener#passkeyRequired} asked for to WhatsApp.
     *
     * @param assertion {@code AuthenticationResponseJSON} as a browser makes it
     */
    PasskeyResult answerPasskey(String assertion, Duration timeout);

    /**
     * Asks WhatsApp to unlink this device, which voids its credentials, and closes the connection.
     *
     * @return whether WhatsApp confirmed it
     */
    boolean unlink(Duration timeout);

    /**
     * Closes the connection, and returns when its listener has heard of it or the time is up. There is nothing left to save:
     * what a connection does it stores before anybody else learns of it. Idempotent.
     */
    void close(Duration timeout);

    /** Closes the socket at once and saves nothing: for a worker that no longer owns the session. Idempotent. */
    void abort();
}
