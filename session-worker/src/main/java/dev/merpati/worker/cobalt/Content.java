package dev.merpati.worker.cobalt;

import it.auties.whatsapp.model.message.model.MessageContainer;
import it.auties.whatsapp.model.message.model.MessageContainerSpec;
import org.jspecify.annotations.Nullable;

/**
 * A message ready to be encrypted; media are uploaded before and only referred to.
 *
 * @param stanzaType what the server is told it is, {@code text} or {@code media}
 * @param mediaType the kind of media, null for a text
 */
record Content(
        MessageContainer message,
        String stanzaType,
        @Nullable String mediaType) {

    static Content text(String text) {
        return new Content(MessageContainer.of(text), "text", null);
    }

    static Content media(MessageContainer message, String mediaType) {
        return new Content(message, "media", mediaType);
    }

    int size() {
        return MessageContainerSpec.sizeOf(message);
    }
}
