package dev.merpati.chaos.ledger;

import org.jspecify.annotations.Nullable;

/**
 * Something that a phone wrote, and that its session's tenant has to hear of.
 *
 * @param session the id of the session that it belongs to
 * @param account the number of that session's phone
 * @param peer the number of the other phone of the chat
 * @param messageId of the message that was written, or that is edited or reacted to
 * @param content the whole text, caption or emoji
 * @param fileSha256 in lower-case hex; null for what has no file
 * @param begunAt when the phone was told to write it, by {@link System#nanoTime}
 * @param doneAt when it was on its way: whatever was begun later must be heard of later
 */
public record Written(
        Kind kind,
        String session,
        String account,
        String peer,
        String messageId,
        String content,
        @Nullable String fileSha256,
        long begunAt,
        long doneAt) {

    /** What can be written. */
    public enum Kind {
        TEXT("message.received", "text"),
        FILE("message.received", "document"),
        /** By the phone that the session is linked with, to the other one. */
        OWN_TEXT("message.sent", "text"),
        EDIT("message.edited", null),
        REACTION("message.reaction", null);

        private final String eventType;
        private final @Nullable String messageType;

        Kind(String eventType, @Nullable String messageType) {
            this.eventType = eventType;
            this.messageType = messageType;
        }

        /** The type of the event that tells of it. */
        public String eventType() {
            return eventType;
        }

        /** What the event calls the message; null where the event is of no message of its own. */
        public @Nullable String messageType() {
            return messageType;
        }
    }

    /** The number of the phone that wrote it. */
    public String author() {
        return kind == Kind.OWN_TEXT ? account : peer;
    }
}
