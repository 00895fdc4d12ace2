package dev.merpati.worker.cobalt.account;

import dev.merpati.worker.whatsapp.SessionRecords;

/**
 * What a session keeps of its account and of its contacts, over connections and workers. Calls block. Thread-safe.
 *
 * @param records where all of it is stored, and what has no class of its own
 */
public record Account(
        AccountTraits traits,
        LidMap lids,
        PrivacyTokens tokens,
        KnownChats chats,
        TimeLock timeLock,
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
                new TimeLock(records),
                records);
    }
}
