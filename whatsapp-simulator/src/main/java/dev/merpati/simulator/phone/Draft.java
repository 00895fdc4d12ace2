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
 * @param damage what keeps the recipient's companions from reading it at first
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
public record Draft(
        MessageContent content,
        byte[] bytes,
        String stanzaType,
        @Nullable String mediaType,
        @Nullable String edit,
        Damage damage) {
    /** What is wrong with what companions get. */
    public enum Damage {
        NONE,
        /** The first ciphertext for each cannot be decrypted; asked for again, it can. */
        SPOILED,
        /** There is no ciphertext for them: only the phone has the message ({@code unavailable}). */
        UNAVAILABLE
    }

    public Draft(MessageContent content, byte[] bytes, String stanzaType) {
        this(content, bytes, stanzaType, null, null, Damage.NONE);
    }

    Draft withMedia(String newMediaType) {
        return new Draft(content, bytes, stanzaType, newMediaType, edit, damage);
    }

    Draft withEdit(String newEdit) {
        return new Draft(content, bytes, stanzaType, mediaType, newEdit, damage);
    }

    /** The same message, damaged on its first way. */
    public Draft with(Damage newDamage) {
        return new Draft(content, bytes, stanzaType, mediaType, edit, newDamage);
    }
}
