package dev.merpati.worker.cobalt.account;

import dev.merpati.worker.whatsapp.SessionRecords;

/**
 * What a session keeps of its account and of its contacts, over connections and workers. Calls block. Thread-safe.
 *
 * @param timeLock for as long as it lasts, the account may begin no chats since it was refused too often
 * @param newChatCap for as long as it lasts, the account has begun as many as it may
 * @param records where all of it is stored, and what has no class of its own
 */
public record Account(
        AccountTraits traits,
        LidMap lids,
        PrivacyTokens tokens,
        KnownChats chats,
        TimeLock timeLock,
        TimeLock newChatCap,
        SessionRecords records) {
    public Account(SessionRecords records) {
        this(records, new LidMap(records));
    }

    private Account(SessionRecords records, LidMap lids) {
        this(
                new AccountTraits(records),
                lids,
                new PrivacyTokens(records),
                new KnownChats(records, lids),
                TimeLock.ofRefusals(records),
                TimeLock.ofCap(records),
                records);
    }
}
