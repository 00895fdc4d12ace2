package dev.merpati.worker.store;

import dev.merpati.worker.fencing.ShardLease;
import dev.merpati.worker.whatsapp.Credentials;
import dev.merpati.worker.whatsapp.UnreadableCredentialsException;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Keeps the credentials of paired sessions. Calls block. They throw what Redis throws when it cannot be reached, and
 * {@link dev.merpati.worker.fencing.FencedException} when the shard has a newer owner.
 */
public interface CredentialsStore {

    boolean exist(UUID sessionId);

    /**
     * The session's credentials, null when there are none.
     *
     * @throws UnreadableCredentialsException when there are, but they cannot be decrypted
     */
    @Nullable
    Credentials load(UUID sessionId);

    /** Stores them; returns false, and does nothing, for a session that has been deleted. */
    boolean save(ShardLease lease, UUID sessionId, Credentials credentials);

    void drop(ShardLease lease, UUID sessionId);
}
