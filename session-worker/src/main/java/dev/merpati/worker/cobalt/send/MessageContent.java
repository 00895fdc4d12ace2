package dev.merpati.worker.cobalt.send;

import dev.merpati.model.command.MediaKind;
import dev.merpati.worker.cobalt.address.Address;
import dev.merpati.worker.cobalt.media.EncryptedMedia;
import dev.merpati.worker.cobalt.media.MediaDuration;
import dev.merpati.worker.cobalt.media.MediaHttpClient;
import dev.merpati.worker.cobalt.media.Thumbnail;
import dev.merpati.worker.whatsapp.OutgoingMessage;
import it.auties.protobuf.stream.ProtobufOutputStream;
import it.auties.whatsapp.model.media.AttachmentType;
import it.auties.whatsapp.model.message.model.MessageContainer;
import it.auties.whatsapp.model.message.model.MessageContainerSpec;
import it.auties.whatsapp.model.message.standard.AudioMessageBuilder;
import it.auties.whatsapp.model.message.standard.DocumentMessage;
import it.auties.whatsapp.model.message.standard.DocumentMessageBuilder;
import it.auties.whatsapp.model.message.standard.ImageMessageBuilder;
import it.auties.whatsapp.model.message.standard.VideoOrGifMessageBuilder;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A message ready to be encrypted. A file has been uploaded before and is only referred to.
 *
 * @param encoded the {@code Message} protobuf
 * @param stanzaType what the server is told it is, {@code text} or {@code media}
 * @param mediaType the kind of file, null for a text
 */
@SuppressWarnings("ArrayRecordComponent") // encrypted and stored, never compared
public record MessageContent(
        byte[] encoded, String stanzaType, @Nullable String mediaType) {

    /** Within which the first page of an Ogg file names its codec. */
    private static final int OGG_HEAD = 512;

    public static MessageContent text(String text) {
        return new MessageContent(encode(MessageContainer.of(text)), "text", null);
    }

    /** Refers to an uploaded file. An audio message has no room for a caption. */
    public static MessageContent media(
            OutgoingMessage.Media message, EncryptedMedia media, MediaHttpClient.Stored stored) {
        return switch (message.media().kind()) {
            case IMAGE -> image(message, media, stored);
            case VIDEO -> video(message, media, stored);
            case AUDIO -> audio(message, media, stored);
            case DOCUMENT -> document(message, media, stored);
        };
    }

    public static AttachmentType attachmentType(MediaKind kind) {
        return switch (kind) {
            case IMAGE -> AttachmentType.IMAGE;
            case VIDEO -> AttachmentType.VIDEO;
            case AUDIO -> AttachmentType.AUDIO;
            case DOCUMENT -> AttachmentType.DOCUMENT;
        };
    }

    /**
     * Wraps the message for the sender's own devices ({@code DeviceSentMessage}: field 31, with the chat and the message).
     *
     * @param chat as the stanza's {@code to} has it
     */
    byte[] forOwnDevices(Address chat) {
        byte[] destination = field(1, chat.toString().getBytes(StandardCharsets.UTF_8));
        byte[] message = field(2, encoded);
        byte[] both = Arrays.copyOf(destination, destination.length + message.length);
        System.arraycopy(message, 0, both, destination.length, message.length);
        return field(31, both);
    }

    /** A protobuf field of the type bytes: tag, length and value. */
    private static byte[] field(int number, byte[] value) {
        ByteArrayOutputStream field = new ByteArrayOutputStream(value.length + 8);
        writeVarint(field, (number << 3) | 2);
        writeVarint(field, value.length);
        field.writeBytes(value);
        return field.toByteArray();
    }

    private static void writeVarint(ByteArrayOutputStream out, int value) {
        int left = value;
        while (left >= 0x80) {
            out.write((left & 0x7F) | 0x80);
            left >>>= 7;
        }
        out.write(left);
    }

    private static byte[] encode(MessageContainer message) {
        byte[] encoded = new byte[MessageContainerSpec.sizeOf(message)];
        MessageContainerSpec.encode(message, ProtobufOutputStream.toBytes(encoded, 0));
        return encoded;
    }

    private static MessageContent image(
            OutgoingMessage.Media message, EncryptedMedia media, MediaHttpClient.Stored stored) {
        ImageMessageBuilder image = new ImageMessageBuilder()
                .mediaUrl(stored.url())
                .mediaDirectPath(stored.directPath())
                .mediaKey(media.key())
                .mediaKeyTimestampSeconds(now())
                .mediaSha256(media.sha256())
                .mediaEncryptedSha256(media.encryptedSha256())
                .mediaSize(media.length())
                .mimetype(message.media().mimeType())
                .caption(message.caption());
        Thumbnail.of(message.content())
                .ifPresent(thumbnail -> image.width(thumbnail.width())
                        .height(thumbnail.height())
                        .thumbnail(thumbnail.jpeg()));
        return media(MessageContainer.of(image.build()), "image");
    }

    private static MessageContent video(
            OutgoingMessage.Media message, EncryptedMedia media, MediaHttpClient.Stored stored) {
        VideoOrGifMessageBuilder video = new VideoOrGifMessageBuilder()
                .mediaUrl(stored.url())
                .mediaDirectPath(stored.directPath())
                .mediaKey(media.key())
                .mediaKeyTimestampSeconds(now())
                .mediaSha256(media.sha256())
                .mediaEncryptedSha256(media.encryptedSha256())
                .mediaSize(media.length())
                .mimetype(message.media().mimeType())
                .caption(message.caption());
        MediaDuration.seconds(message.content()).ifPresent(video::duration);
        return media(MessageContainer.of(video.build()), "video");
    }

    private static MessageContent audio(
            OutgoingMessage.Media message, EncryptedMedia media, MediaHttpClient.Stored stored) {
        AudioMessageBuilder audio = new AudioMessageBuilder()
                .mediaUrl(stored.url())
                .mediaDirectPath(stored.directPath())
                .mediaKey(media.key())
                .mediaKeyTimestampSeconds(now())
                .mediaSha256(media.sha256())
                .mediaEncryptedSha256(media.encryptedSha256())
                .mediaSize(media.length())
                .mimetype(audioType(message))
                .voiceMessage(false);
        MediaDuration.seconds(message.content()).ifPresent(audio::duration);
        return media(MessageContainer.of(audio.build()), "audio");
    }

    /** Phones play Opus in Ogg only when the type names the codec; Vorbis has the same container. */
    static String audioType(OutgoingMessage.Media message) {
        String head = new String(
                message.content(), 0, Math.min(OGG_HEAD, message.content().length), StandardCharsets.ISO_8859_1);
        return head.startsWith("OggS") && head.contains("OpusHead")
                ? "audio/ogg; codecs=opus"
                : message.media().mimeType();
    }

    private static MessageContent document(
            OutgoingMessage.Media message, EncryptedMedia media, MediaHttpClient.Stored stored) {
        @Nullable String caption = message.caption();
        DocumentMessage document = new DocumentMessageBuilder()
                .mediaUrl(stored.url())
                .mediaDirectPath(stored.directPath())
                .mediaKey(media.key())
                .mediaKeyTimestampSeconds(now())
                .mediaSha256(media.sha256())
                .mediaEncryptedSha256(media.encryptedSha256())
                .mediaSize(media.length())
                .mimetype(message.media().mimeType())
                .fileName(message.media().fileName())
                .title(message.media().fileName())
                .caption(caption)
                .build();
        // Phones show the caption of a document only in this wrapping.
        MessageContainer container =
                caption == null ? MessageContainer.of(document) : MessageContainer.ofDocumentWithCaption(document);
        return media(container, "document");
    }

    private static MessageContent media(MessageContainer message, String mediaType) {
        return new MessageContent(encode(message), "media", mediaType);
    }

    private static long now() {
        return Instant.now().getEpochSecond();
    }
}
