package dev.merpati.worker.store;

import dev.merpati.worker.fencing.ShardLease;
import dev.merpati.worker.whatsapp.Credentials;
import dev.merpati.worker.whatsapp.UnreadableCredentialsException;
import java.util.Collection;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Keeps the credentials of paired sessions, and the small records beside them. Calls block. They throw what Redis throws when it cannot be reached, and
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

    /**
     * Stores the credentials and all of the changes, or nothing; returns false, and does nothing, for a session that has been
     * deleted.
     *
     * @param changes as in {@link #saveRecords}
     * @param voids whether the records of Signal sessions that there are, but for those of the changes, go
     */
    boolean save(
            ShardLease lease,
            UUID sessionId,
            Credentials credentials,
            Map<String, byte @Nullable []> changes,
            boolean voids);

    /** Returns those of the named records that exist and can be read; one that is damaged is taken for lost. */
    Map<String, byte[]> loadRecords(UUID sessionId, Collection<String> names);

    /**
     * Stores all of the changes or none of them; returns false, and does nothing, for a session that has been deleted.
     *
     * @param changes the new values by name; null removes a record
     */
    boolean saveRecords(ShardLease lease, UUID sessionId, Map<String, byte @Nullable []> changes);

    /** Removes the credentials and all records. */
    void drop(ShardLease lease, UUID sessionId);
}
