package dev.merpati.simulator.phone;

import org.jspecify.annotations.Nullable;

/**
 * A message before it is encrypted.
 *
 * @param content what the phones show
 * @param bytes the encoded {@code Message}
 * @param stanzaType the {@code type} of its stanza: {@code text}, {@code media}, {@code reaction}, {@code poll} …
 * @param mediaType what its ciphertext says of the file; null for what is no media
 * @param edit what its stanza says of an edit; null for what changes no other message
 * @param spoiled whether the first ciphertext for each companion is damaged, so that it cannot be decrypted
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
public record Draft(
        MessageContent content,
        byte[] bytes,
        String stanzaType,
        @Nullable String mediaType,
        @Nullable String edit,
        boolean spoiled) {
    public Draft(MessageContent content, byte[] bytes, String stanzaType) {
        this(content, bytes, stanzaType, null, null, false);
    }

    Draft withMedia(String newMediaType) {
        return new Draft(content, bytes, stanzaType, newMediaType, edit, spoiled);
    }

    Draft withEdit(String newEdit) {
        return new Draft(content, bytes, stanzaType, mediaType, newEdit, spoiled);
    }

    /** The same message, damaged on its first way. */
    public Draft spoil() {
        return new Draft(content, bytes, stanzaType, mediaType, edit, true);
    }
}
