package dev.merpati.worker.connection;

import dev.merpati.worker.fencing.FencedRetry;
import dev.merpati.worker.fencing.ShardLease;
import dev.merpati.worker.store.CredentialsStore;
import dev.merpati.worker.whatsapp.Credentials;
import dev.merpati.worker.whatsapp.SessionRecords;
import java.util.Collection;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Reads, saves and drops one session's credentials and records. Saves and drops are serialized, so that a connection that was given
 * up cannot bring back credentials that were dropped. Thread-safe.
 */
final class CredentialsWriter {
    private final UUID sessionId;
    private final ShardLease lease;
    private final CredentialsStore store;
    private final FencedRetry retry;
    private final ReentrantLock lock = new ReentrantLock();
    /** When they were last known to be stored as they are now, by the lease's clock; null when not under this lease. */
    private volatile @Nullable Long storedAt;

    CredentialsWriter(UUID sessionId, ShardLease lease, CredentialsStore store, FencedRetry retry) {
        this.sessionId = sessionId;
        this.lease = lease;
        this.store = store;
        this.retry = retry;
    }

    boolean exist() {
        return store.exist(sessionId);
    }

    /** Waits for what a connection that was given up is still saving. */
    @Nullable
    Credentials load() {
        lock.lock();
        try {
            Credentials stored = store.load(sessionId);
            // The owner before may have stored them just now.
            storedAt = lease.confirmedAt();
            return stored;
        } finally {
            lock.unlock();
        }
    }

    /**
     * Saves them; returns only when they are stored.
     *
     * @param stillWanted whether the connection that asks for it has not been given up
     * @throws IllegalStateException when the connection was given up, or the session is gone
     */
    void save(Credentials credentials, BooleanSupplier stillWanted) {
        save(stillWanted, () -> store.save(lease, sessionId, credentials));
    }

    /**
     * Returns the session's records, for one connection.
     *
     * @param stillWanted whether that connection has not been given up: from then on nothing is stored for it
     */
    SessionRecords records(BooleanSupplier stillWanted) {
        return new SessionRecords() {
            @Override
            public Map<String, byte[]> load(Collection<String> names) {
                return store.loadRecords(sessionId, names);
            }

            @Override
            public void save(Map<String, byte @Nullable []> changes) {
                CredentialsWriter.this.save(stillWanted, () -> store.saveRecords(lease, sessionId, changes));
            }
        };
    }

    private void save(BooleanSupplier stillWanted, BooleanSupplier write) {
        lock.lock();
        try {
            if (!stillWanted.getAsBoolean()) {
                throw new IllegalStateException("the connection was given up");
            }
            if (!write.getAsBoolean()) {
                throw new IllegalStateException("the session does not exist any more");
            }
            storedAt = lease.confirmedAt();
        } finally {
            lock.unlock();
        }
    }

    /** Whether Redis may have lost the stored ones when its connection last broke. */
    boolean mayBeLost() {
        Long at = storedAt;
        return at != null && lease.mayHaveLost(at);
    }

    /** Drops them while that is wanted; returns false when the session moves before that was done. */
    boolean drop(BooleanSupplier stillWanted) {
        return retry.untilDone("Dropping the credentials of session " + sessionId, () -> dropOnce(stillWanted)) != null;
    }

    private Boolean dropOnce(BooleanSupplier stillWanted) {
        lock.lock();
        try {
            if (stillWanted.getAsBoolean()) {
                store.drop(lease, sessionId);
            }
            return true;
        } finally {
            lock.unlock();
        }
    }
}
