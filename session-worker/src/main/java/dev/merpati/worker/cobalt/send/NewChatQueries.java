package dev.merpati.worker.cobalt.send;

/**
 * The ids under which WhatsApp's {@code w:mex} queries are known, which change with its releases.
 *
 * @param timeLock tells whether the account is locked out of new chats
 * @param cap tells how many new chats it may begin
 */
public record NewChatQueries(String timeLock, String cap) {
    /** Of Baileys 7.0.0-rc13 ({@code Types/Mex.ts}), May 2026. */
    public static final NewChatQueries DEFAULT = new NewChatQueries("23983697327930364", "24503548349331633");
}
