package dev.merpati.worker.cobalt.account;

import dev.merpati.worker.whatsapp.SessionRecords;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What WhatsApp has told of the session's own account. Read from the records once; thread-safe. */
public final class AccountTraits {
    private static final String OWN_LID = "own-lid";
    private static final String MIGRATED = "migrated";
    private static final byte[] YES = {1};

    private final SessionRecords records;
    private boolean loaded;
    private @Nullable String ownLid;
    private boolean migrated;

    public AccountTraits(SessionRecords records) {
        this.records = records;
    }

    /** The hidden id of this account; unknown until WhatsApp names it, at pairing or login. */
    public synchronized Optional<String> ownLid() {
        load();
        return Optional.ofNullable(ownLid);
    }

    /** Whether the account's chats are addressed by hidden ids. */
    public synchronized boolean isMigrated() {
        load();
        return migrated;
    }

    public synchronized void ownLid(String lid) {
        load();
        if (!lid.equals(ownLid)) {
            records.save(Map.of(OWN_LID, lid.getBytes(StandardCharsets.UTF_8)));
            ownLid = lid;
        }
    }

    public synchronized void migrated(boolean now) {
        load();
        if (now != migrated) {
            records.save(Map.of(MIGRATED, now ? YES : new byte[] {0}));
            migrated = now;
        }
    }

    private void load() {
        if (loaded) {
            return;
        }
        Map<String, byte[]> stored = records.load(List.of(OWN_LID, MIGRATED));
        byte[] lid = stored.get(OWN_LID);
        ownLid = lid == null ? null : new String(lid, StandardCharsets.UTF_8);
        byte[] flag = stored.get(MIGRATED);
        migrated = flag != null && flag.length == 1 && flag[0] == 1;
        loaded = true;
    }
}
