package dev.merpati.simulator.phone;

import dev.merpati.simulator.media.MediaReference;
import dev.merpati.simulator.proto.ProtoMessage;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a {@code Message} protobuf says, as far as a phone shows it.
 *
 * @param type {@code text}, {@code image}, {@code video}, {@code ptv}, {@code audio}, {@code voice}, {@code document},
 *     {@code sticker}, {@code location}, {@code live-location}, {@code contact}, {@code poll}, {@code poll-vote},
 *     {@code event}, {@code invite}, {@code reaction}, {@code edit}, {@code delete}, {@code pin},
 *     {@code disappearing-timer}, {@code protocol} or {@code other}
 * @param text of a text or an edit
 * @param media where its file is; null for what has none
 * @param details what else the type has, under the names of the control API
 */
public record MessageContent(
        String type,
        @Nullable String text,
        @Nullable String caption,
        @Nullable String fileName,
        @Nullable String mimeType,
        @Nullable MediaReference media,
        Map<String, Object> details) {
    private static final int DEVICE_SENT = 31;

    /** A content that has nothing but its type, a text and details. */
    public static MessageContent of(String type, @Nullable String text, Map<String, Object> details) {
        return new MessageContent(type, text, null, null, null, null, details);
    }

    public static MessageContent text(String text) {
        return of("text", text, Map.of());
    }

    /** The message that one's own devices get wraps the real one. */
    public static ProtoMessage unwrap(ProtoMessage message) {
        return message.message(DEVICE_SENT).flatMap(sent -> sent.message(2)).orElse(message);
    }

    /** Whom a message was for, if it is the copy that the sender's other devices get. */
    public static Optional<String> destination(ProtoMessage message) {
        return message.message(DEVICE_SENT).flatMap(sent -> sent.text(1));
    }

    /** Whether it is the copy that a sender's other devices get. */
    public static boolean isDeviceSent(ProtoMessage message) {
        return message.has(DEVICE_SENT);
    }

    /** Wraps a message as the sender's other devices get it. */
    public static byte[] deviceSent(String destination, byte[] message) {
        return ProtoMessage.builder()
                .message(
                        DEVICE_SENT, ProtoMessage.builder().text(1, destination).bytes(2, message))
                .build();
    }

    /** @throws dev.merpati.simulator.proto.MalformedProtoException if a media message lacks what is needed to get it */
    public static MessageContent of(ProtoMessage message) {
        return MessageReader.read(message);
    }

    /** The id of the message that a reaction, an edit, a deletion, a vote or a pin is about. */
    public @Nullable String target() {
        return details.get("target") instanceof String target ? target : null;
    }
}
