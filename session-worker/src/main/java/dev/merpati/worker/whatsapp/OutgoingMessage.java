package dev.merpati.worker.whatsapp;

import dev.merpati.model.command.MediaReference;
import org.jspecify.annotations.Nullable;

/** A message on its way to one phone. */
public sealed interface OutgoingMessage {
    /** The WhatsApp message id to send under; the same again when a message is sent again. */
    String messageId();

    /** The recipient's phone number, digits only. */
    String to();

    record Text(String messageId, String to, String text) implements OutgoingMessage {}

    /**
     * A file.
     *
     * @param content all of the file; Cobalt wants it in memory
     */
    @SuppressWarnings("ArrayRecordComponent") // up to 50 MB, and never compared
    record Media(
            String messageId,
            String to,
            MediaReference media,
            byte[] content,
            @Nullable String caption) implements OutgoingMessage {}
}
