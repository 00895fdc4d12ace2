package dev.merpati.worker.whatsapp;

import dev.merpati.model.session.PasskeyChallenge;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Hears of a connection. The calls come one at a time, in the order of the events, on a virtual thread, and may block; a
 * slow listener delays nothing but its own connection. Receipts and messages come likewise on threads of their own, so that
 * one that blocks delays no other event. No call begins after {@link #closed}.
 */
public interface ConnectionListener {

    /** A QR code to show; replaces the one before. */
    void qrCode(String text, Instant expiresAt);

    /** WhatsApp goes on with the pairing only with a signature by the account's passkey; no QR code is shown any more. */
    void passkeyRequired(PasskeyChallenge challenge);

    /** The session is logged in and can send. */
    void connected(String phoneNumber);

    /**
     * The credentials changed; returns when they are stored.
     *
     * @param records changes of the session's records that are stored with them, all or nothing; null removes one
     * @throws RuntimeException when they could not be stored; the connector tries again
     */
    void saveCredentials(Credentials credentials, Map<String, byte @Nullable []> records);

    /**
     * A recipient's device has received, read or played messages; returning is the acknowledgement, as for {@link #message}:
     * only then WhatsApp is told that this device knows. Receipts come one after the other, and independently of messages.
     *
     * @throws RuntimeException when it cannot be taken now; it comes again, later on this connection or on the next one
     */
    void receipt(IncomingReceipt receipt);

    /**
     * Until when WhatsApp lets the account begin no new chats; empty when it may. Told after each login, and when it
     * changes.
     */
    default void restricted(Optional<Instant> until) {}

    /**
     * WhatsApp keeps the account out until then. Called right before {@link #closed} with {@link
     * CloseReason#RESTRICTED}, if WhatsApp says how long.
     */
    void temporarilyBanned(Instant until);

    /**
     * A message has come, for the first time or again; returning is the acknowledgement: only then WhatsApp is told that
     * this device has it. The next one comes when this one is acknowledged, and few wait; while this blocks, WhatsApp
     * keeps the others.
     *
     * @throws RuntimeException when it cannot be taken now; it comes again, later on this connection or on the next one
     */
    void message(IncomingMessage message);

    /** The connection is over, for good. Called once, also when it never came about. */
    void closed(CloseReason reason);
}
