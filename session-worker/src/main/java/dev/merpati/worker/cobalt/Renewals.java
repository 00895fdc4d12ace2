package dev.merpati.worker.cobalt;

import java.util.HashSet;
import java.util.Set;

/**
 * With whom sessions must be begun anew. After an unclean stop the stored ratchets can be behind: a message on them
 * could not be decrypted, so that the first one to each user goes on a fresh session. Thread-safe.
 */
final class Renewals {
    private static final int CAPACITY = 10_000;

    private final boolean unclean;
    private final Set<String> renewed = new HashSet<>();

    Renewals(boolean unclean) {
        this.unclean = unclean;
    }

    synchronized boolean isDue(String user) {
        return unclean && !renewed.contains(user);
    }

    /** Beyond the capacity everybody's is due once more, which costs a query and does no harm. */
    synchronized void done(String user) {
        if (!unclean) {
            return;
        }
        if (renewed.size() >= CAPACITY) {
            renewed.clear();
        }
        renewed.add(user);
    }
}
