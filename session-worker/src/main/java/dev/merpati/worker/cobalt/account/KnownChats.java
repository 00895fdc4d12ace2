package dev.merpati.worker.cobalt.account;

import dev.merpati.worker.cobalt.address.Address;
import dev.merpati.worker.whatsapp.SessionRecords;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Whom the account has a chat with: who has written to it, and to whom a message of it was accepted. An account that
 * WhatsApp locks out of new chats may go on with these. Calls block when a chat is not in memory; thread-safe.
 */
public final class KnownChats {
    private static final String CHAT = "chat:";
    private static final byte[] KNOWN = {1};
    private static final int IN_MEMORY = 2_000;

    private final SessionRecords records;
    private final LidMap lids;
    private final BoundedCache<String, Boolean> known = new BoundedCache<>(IN_MEMORY);

    public KnownChats(SessionRecords records, LidMap lids) {
        this.records = records;
        this.lids = lids;
    }

    /** Whether there is a chat with a user, under the number or the hidden id. */
    public boolean contains(Address user) {
        return Stream.of(lids.hidden(user), lids.numbered(user))
                .map(KnownChats::name)
                .distinct()
                .anyMatch(
                        name -> known.get(name, _ -> records.load(List.of(name)).containsKey(name)));
    }

    /** Remembers a chat; costs nothing when it is known. */
    public void add(Address user) {
        if (!contains(user)) {
            String name = name(lids.numbered(user)); // A number outlives a hidden id.
            records.save(Map.of(name, KNOWN));
            known.put(name, true);
        }
    }

    private static String name(Address user) {
        return CHAT + user.account();
    }
}
