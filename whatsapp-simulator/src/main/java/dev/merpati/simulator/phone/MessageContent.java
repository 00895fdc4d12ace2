package dev.merpati.simulator.phone;

import dev.merpati.simulator.media.MediaKind;
import dev.merpati.simulator.media.MediaReference;
import dev.merpati.simulator.proto.ProtoMessage;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a {@code Message} protobuf says, for the kinds that a phone shows.
 *
 * @param type as in {@link ReceivedMessage#type}
 */
public record MessageContent(
        String type,
        @Nullable String text,
        @Nullable String caption,
        @Nullable String fileName,
        @Nullable String mimeType,
        @Nullable MediaReference media) {
    private static final int CONVERSATION = 1;
    private static final int IMAGE = 3;
    private static final int EXTENDED_TEXT = 6;
    private static final int DOCUMENT = 7;
    private static final int AUDIO = 8;
    private static final int VIDEO = 9;
    private static final int DEVICE_SENT = 31;
    private static final int DOCUMENT_WITH_CAPTION = 53;

    /** Where a kind of media message has its fields. 0: it has none. */
    private record Fields(
            int mimeType, int caption, int fileName, int sha256, int length, int key, int encryptedSha256, int path) {}

    private static final Fields IMAGE_FIELDS = new Fields(2, 3, 0, 4, 5, 8, 9, 11);
    private static final Fields DOCUMENT_FIELDS = new Fields(2, 20, 8, 4, 5, 7, 9, 10);
    private static final Fields AUDIO_FIELDS = new Fields(2, 0, 0, 3, 4, 7, 8, 9);
    private static final Fields VIDEO_FIELDS = new Fields(2, 7, 0, 3, 4, 6, 11, 13);

    /** The message that one's own devices get wraps the real one. */
    public static ProtoMessage unwrap(ProtoMessage message) {
        return message.message(DEVICE_SENT).flatMap(sent -> sent.message(2)).orElse(message);
    }

    /** Whether it is the copy that a sender's other devices get. */
    public static boolean isDeviceSent(ProtoMessage message) {
        return message.has(DEVICE_SENT);
    }

    /** @throws dev.merpati.simulator.proto.MalformedProtoException if a media message lacks what is needed to get it */
    public static MessageContent of(ProtoMessage message) {
        Optional<String> text = message.text(CONVERSATION)
                .or(() -> message.message(EXTENDED_TEXT).flatMap(extended -> extended.text(1)));
        if (text.isPresent()) {
            return new MessageContent("text", text.get(), null, null, null, null);
        }
        ProtoMessage outer = message.message(DOCUMENT_WITH_CAPTION)
                .flatMap(wrapper -> wrapper.message(1))
                .orElse(message);
        return media(outer, IMAGE, "image", MediaKind.IMAGE, IMAGE_FIELDS)
                .or(() -> media(outer, VIDEO, "video", MediaKind.VIDEO, VIDEO_FIELDS))
                .or(() -> media(outer, AUDIO, "audio", MediaKind.AUDIO, AUDIO_FIELDS))
                .or(() -> media(outer, DOCUMENT, "document", MediaKind.DOCUMENT, DOCUMENT_FIELDS))
                .orElseGet(() -> new MessageContent("other", null, null, null, null, null));
    }

    private static Optional<MessageContent> media(
            ProtoMessage message, int field, String type, MediaKind kind, Fields at) {
        return message.message(field)
                .map(media -> new MessageContent(
                        type,
                        null,
                        media.text(at.caption()).orElse(null),
                        media.text(at.fileName()).orElse(null),
                        media.text(at.mimeType()).orElse(null),
                        new MediaReference(
                                kind,
                                media.text(at.path()).orElse(""),
                                media.requiredBytes(at.key()),
                                media.requiredBytes(at.sha256()),
                                media.requiredBytes(at.encryptedSha256()),
                                media.requiredNumber(at.length()))));
    }
}
