package dev.merpati.worker.whatsapp;

/**
 * A received file and the message that it came with, by which the account's phone is asked for it again.
 *
 * @param messageId empty when that is not known any more
 * @param origin as in {@link IncomingMessage}; empty when that is not known any more
 */
public record ReceivedReference(String messageId, String origin, IncomingContent.Media media) {

    /** Whether enough is known of the message to ask the phone. */
    public boolean isKnownToPhone() {
        return !messageId.isEmpty() && !origin.isEmpty();
    }

    /** The same file where the phone has uploaded it again. */
    public ReceivedReference at(String directPath) {
        return new ReceivedReference(
                messageId,
                origin,
                new IncomingContent.Media(
                        media.type(),
                        media.mimeType(),
                        directPath,
                        null,
                        media.key(),
                        media.sha256(),
                        media.encryptedSha256(),
                        media.length(),
                        media.caption(),
                        media.fileName(),
                        media.seconds(),
                        media.viewOnce()));
    }
}
