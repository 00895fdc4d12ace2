package dev.merpati.worker.store;

import dev.merpati.model.session.SessionRecord;
import dev.merpati.worker.fencing.ShardLease;
import java.util.Collection;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The records of sessions. Calls block. They throw what Redis throws when it cannot be reached, and {@link
 * dev.merpati.worker.fencing.FencedException} when the shard has a newer owner.
 */
public interface SessionStore {

    /** The sessions of a shard, those marked as deleted included. */
    Set<UUID> sessionsOf(int shard);

    /**
     * Those of a shard's sessions that are to be deleted: marked by a gateway that does not take its mark back any more, or
     * never confirmed in time.
     */
    Set<UUID> markedAsDeleted(Collection<UUID> sessions);

    /**
     * The session's record, null when there is no such session. A mark of deletion that its gateway may still take back is
     * not in it.
     */
    @Nullable
    SessionRecord load(UUID sessionId);

    /** Notes that a command has reached a new session: from now on it stays until it is deleted. */
    void confirm(ShardLease lease, UUID sessionId);

    /**
     * Shows how the session stands.
     *
     * @return what {@link #noteHeard} noted last, or an empty text; nothing when there is no such session any more
     */
    Optional<String> show(ShardLease lease, UUID sessionId, SessionView view);

    /** Notes which status the session's tenant heard last; an empty text when nobody knows. */
    void noteHeard(ShardLease lease, UUID sessionId, String status);

    /** Removes every key of the session, the records of its commands included. */
    void delete(ShardLease lease, UUID sessionId);
}
