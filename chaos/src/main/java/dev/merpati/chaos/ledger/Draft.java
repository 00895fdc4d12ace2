package dev.merpati.chaos.ledger;

import org.jspecify.annotations.Nullable;

/**
 * What a customer wants delivered.
 *
 * @param session the id of the session that sends
 * @param sender the number of that session's phone
 * @param recipient the number that it is for
 * @param content the whole text or caption, which begins with a {@link #key}
 * @param fileSha256 of the file, in lower-case hex; null for a text
 */
public record Draft(
        String session,
        String sender,
        String recipient,
        String content,
        @Nullable String fileSha256) {
    /** As long as a UUID. */
    private static final int KEY_LENGTH = 36;

    /** Unlike that of every other message: what it is found by on the phones, even if the rest is damaged. */
    public String key() {
        return keyOf(content);
    }

    static String keyOf(String content) {
        return content.substring(0, Math.min(KEY_LENGTH, content.length()));
    }
}
