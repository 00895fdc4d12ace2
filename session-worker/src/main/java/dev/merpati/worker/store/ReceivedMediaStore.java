package dev.merpati.worker.store;

import dev.merpati.worker.fencing.ShardLease;
import dev.merpati.worker.whatsapp.ReceivedReference;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Where received files are on WhatsApp's media server, and their keys. Calls block. They throw what Redis throws when it
 * cannot be reached, and {@link dev.merpati.worker.fencing.FencedException} when the shard has a newer owner.
 */
public interface ReceivedMediaStore {

    /**
     * Remembers a file for as long as its event is kept, and a while longer; under an id that is remembered already it takes
     * the earlier one's place. Returns false when there is no such session any more.
     */
    boolean remember(ShardLease lease, UUID sessionId, String mediaId, ReceivedReference file);

    /**
     * Finds a file; null when none of this id is remembered, or not any more.
     *
     * @throws dev.merpati.worker.whatsapp.UnreadableCredentialsException when what is stored cannot be decrypted
     */
    @Nullable
    ReceivedReference find(UUID sessionId, String mediaId);

    /** Returns the ids of a session's remembered files. */
    Set<String> idsOf(UUID sessionId);
}
