package dev.merpati.simulator.phone;

import dev.merpati.simulator.media.MediaKind;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** A kind of message with a file, and where its protobuf has its fields. */
public enum MediaType {
    IMAGE(3, MediaKind.IMAGE, "image", "image/jpeg", new Fields(2, 3, 0, 4, 5, 8, 9, 11, 25, 0)),
    VIDEO(9, MediaKind.VIDEO, "video", "video/mp4", new Fields(2, 7, 0, 3, 4, 6, 11, 13, 20, 5)),
    PTV(66, MediaKind.VIDEO, "ptv", "video/mp4", new Fields(2, 7, 0, 3, 4, 6, 11, 13, 20, 5)),
    AUDIO(8, MediaKind.AUDIO, "audio", "audio/mpeg", new Fields(2, 0, 0, 3, 4, 7, 8, 9, 21, 5)),
    VOICE(8, MediaKind.AUDIO, "ptt", "audio/ogg; codecs=opus", new Fields(2, 0, 0, 3, 4, 7, 8, 9, 21, 5)),
    DOCUMENT(7, MediaKind.DOCUMENT, "document", "application/octet-stream", new Fields(2, 20, 8, 4, 5, 7, 9, 10, 0, 0)),
    STICKER(26, MediaKind.IMAGE, "sticker", "image/webp", new Fields(5, 0, 0, 2, 9, 4, 3, 8, 0, 0));

    /** The field of an audio message that makes it a voice note. */
    static final int PUSH_TO_TALK = 6;

    private final int field;
    private final MediaKind kind;
    private final String mediaType;
    private final String defaultMimeType;

    @SuppressWarnings("ImmutableEnumChecker") // a record of numbers
    private final Fields fields;

    /** Numbers of fields; 0: the kind has none. */
    record Fields(
            int mimeType,
            int caption,
            int fileName,
            int sha256,
            int length,
            int key,
            int encryptedSha256,
            int path,
            int viewOnce,
            int seconds) {}

    MediaType(int field, MediaKind kind, String mediaType, String defaultMimeType, Fields fields) {
        this.field = field;
        this.kind = kind;
        this.mediaType = mediaType;
        this.defaultMimeType = defaultMimeType;
        this.fields = fields;
    }

    /** The kind with a name of the control API. */
    public static Optional<MediaType> ofWireName(String name) {
        return Arrays.stream(values())
                .filter(type -> type.wireName().equals(name))
                .findFirst();
    }

    /** The name in the control API. */
    public String wireName() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** The kind under which the file's keys are derived. */
    public MediaKind kind() {
        return kind;
    }

    /** The {@code mediatype} of the ciphertext. */
    public String mediaType() {
        return mediaType;
    }

    public String defaultMimeType() {
        return defaultMimeType;
    }

    /** The field of {@code Message} that holds it. */
    int field() {
        return field;
    }

    Fields fields() {
        return fields;
    }
}
