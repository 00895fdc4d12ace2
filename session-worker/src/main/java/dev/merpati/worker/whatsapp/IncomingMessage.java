package dev.merpati.worker.whatsapp;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A message that was received and decrypted. The same message can come again under the same id, when what came after it
 * did not get as far as to be stored.
 *
 * @param id the sender's id of the message; unique within a chat
 * @param origin who wrote it, and in whose chat, as WhatsApp's server names them: the same each time that the message comes,
 *     whatever is known of the two by then
 * @param chat whose chat it belongs to: the sender, or the recipient of a message of this account's own
 * @param fromMe whether another device of this account wrote it
 * @param pushName how the sender wants to be called; null when that is not said
 * @param sentAt when WhatsApp's server took it
 * @param offline whether it waited for this device to connect
 * @param quoted the message that it answers; null for none
 * @param message WhatsApp's protobuf {@code Message}, unwrapped
 */
@SuppressWarnings("ArrayRecordComponent") // handed on, never compared
public record IncomingMessage(
        String id,
        String origin,
        Party chat,
        Party sender,
        boolean fromMe,
        @Nullable String pushName,
        Instant sentAt,
        boolean offline,
        @Nullable Quoted quoted,
        IncomingContent content,
        byte[] message) {

    /**
     * A user, by the phone number, the hidden id, or both.
     *
     * @param device of the sender: 0 for the phone
     */
    public record Party(
            @Nullable String phoneNumber, @Nullable String lid, int device) {}

    /** @param participant the address of its author, as the sender wrote it; null when that is not said */
    public record Quoted(String id, @Nullable String participant) {}
}
