package dev.merpati.worker.cobalt;

import dev.merpati.model.command.MediaKind;
import dev.merpati.worker.whatsapp.OutgoingMessage;
import it.auties.whatsapp.model.media.AttachmentType;
import it.auties.whatsapp.model.message.model.MessageContainer;
import it.auties.whatsapp.model.message.standard.AudioMessageBuilder;
import it.auties.whatsapp.model.message.standard.DocumentMessageBuilder;
import it.auties.whatsapp.model.message.standard.ImageMessageBuilder;
import it.auties.whatsapp.model.message.standard.VideoOrGifMessageBuilder;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** Writes the message that refers to an uploaded file. */
final class MediaMessages {
    private MediaMessages() {}

    static AttachmentType attachmentType(MediaKind kind) {
        return switch (kind) {
            case IMAGE -> AttachmentType.IMAGE;
            case VIDEO -> AttachmentType.VIDEO;
            case AUDIO -> AttachmentType.AUDIO;
            case DOCUMENT -> AttachmentType.DOCUMENT;
        };
    }

    /** An audio message has no room for a caption. */
    static Content of(OutgoingMessage.Media message, EncryptedMedia media, MediaUploads.Stored stored) {
        return switch (message.media().kind()) {
            case IMAGE -> image(message, media, stored);
            case VIDEO -> video(message, media, stored);
            case AUDIO -> audio(message, media, stored);
            case DOCUMENT -> document(message, media, stored);
        };
    }

    private static Content image(OutgoingMessage.Media message, EncryptedMedia media, MediaUploads.Stored stored) {
        var image = new ImageMessageBuilder()
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
        return Content.media(MessageContainer.of(image.build()), "image");
    }

    private static Content video(OutgoingMessage.Media message, EncryptedMedia media, MediaUploads.Stored stored) {
        var video = new VideoOrGifMessageBuilder()
                .mediaUrl(stored.url())
                .mediaDirectPath(stored.directPath())
                .mediaKey(media.key())
                .mediaKeyTimestampSeconds(now())
                .mediaSha256(media.sha256())
                .mediaEncryptedSha256(media.encryptedSha256())
                .mediaSize(media.length())
                .mimetype(message.media().mimeType())
                .caption(message.caption())
                .build();
        return Content.media(MessageContainer.of(video), "video");
    }

    private static Content audio(OutgoingMessage.Media message, EncryptedMedia media, MediaUploads.Stored stored) {
        var audio = new AudioMessageBuilder()
                .mediaUrl(stored.url())
                .mediaDirectPath(stored.directPath())
                .mediaKey(media.key())
                .mediaKeyTimestampSeconds(now())
                .mediaSha256(media.sha256())
                .mediaEncryptedSha256(media.encryptedSha256())
                .mediaSize(media.length())
                .mimetype(message.media().mimeType())
                .voiceMessage(false)
                .build();
        return Content.media(MessageContainer.of(audio), "audio");
    }

    private static Content document(OutgoingMessage.Media message, EncryptedMedia media, MediaUploads.Stored stored) {
        @Nullable String caption = message.caption();
        var document = new DocumentMessageBuilder()
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
        var container =
                caption == null ? MessageContainer.of(document) : MessageContainer.ofDocumentWithCaption(document);
        return Content.media(container, "document");
    }

    private static long now() {
        return Instant.now().getEpochSecond();
    }
}
