package dev.merpati.worker.cobalt.account;

import dev.merpati.worker.whatsapp.SessionRecords;

/**
 * What a session keeps of its account and of its contacts, over connections and workers. Calls block. Thread-safe.
 *
 * @param records where all of it is stored, and what has no class of its own
 */
public record Account(AccountTraits traits, LidMap lids, PrivacyTokens tokens, SessionRecords records) {
    public Account(SessionRecords records) {
        this(new AccountTraits(records), new LidMap(records), new PrivacyTokens(records), records);
    }
}
