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
    private final RecentSaves lately;
    /** Whether the stored credentials are of a release that knew no records. */
    private boolean voidsSessions;

    CredentialsWriter(UUID sessionId, ShardLease lease, CredentialsStore store, FencedRetry retry, RecentSaves lately) {
        this.sessionId = sessionId;
        this.lease = lease;
        this.store = store;
        this.retry = retry;
        this.lately = lately;
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
            voidsSessions = stored != null && stored.sessions() != Credentials.Sessions.IN_RECORDS;
            if (stored != null) {
                // The owner before may have stored them just now.
                lately.credentials(stored, lease.confirmedAt());
            }
            return stored;
        } finally {
            lock.unlock();
        }
    }

    /**
     * Saves them; returns only when they are stored.
     *
     * @param records changes that are stored with them, all or nothing
     * @param stillWanted whether the connection that asks for it has not been given up
     * @throws IllegalStateException when the connection was given up, or the session is gone
     */
    void save(Credentials credentials, Map<String, byte @Nullable []> records, BooleanSupplier stillWanted) {
        save(stillWanted, () -> {
            boolean stored = store.save(lease, sessionId, credentials, records, voidsSessions);
            if (stored) {
                voidsSessions = false;
                lately.credentials(credentials, lease.confirmedAt());
                lately.records(records, lease.confirmedAt());
            }
            return stored;
        });
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
                CredentialsWriter.this.save(stillWanted, () -> {
                    boolean stored = store.saveRecords(lease, sessionId, changes);
                    if (stored) {
                        lately.records(changes, lease.confirmedAt());
                    }
                    return stored;
                });
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
        } finally {
            lock.unlock();
        }
    }

    /** Saves again what Redis may have lost when its connection last broke, while that is wanted. */
    void saveAgain(BooleanSupplier stillWanted) {
        Boolean _ = retry.untilDone("Storing the keys of session " + sessionId + " again", () -> {
            lock.lock();
            try {
                if (stillWanted.getAsBoolean()) {
                    saveLostOnes();
                }
                return true;
            } finally {
                lock.unlock();
            }
        });
    }

    private void saveLostOnes() {
        Map<String, byte @Nullable []> records = lately.lostRecords();
        Credentials credentials = lately.lostCredentials();
        if (credentials != null) {
            boolean _ = store.save(lease, sessionId, credentials, records, false);
        } else if (!records.isEmpty()) {
            boolean _ = store.saveRecords(lease, sessionId, records);
        }
    }

    /** Drops them while that is wanted; returns false when the session moves before that was done. */
    boolean drop(BooleanSupplier stillWanted) {
        return retry.untilDone("Dropping the credentials of session " + sessionId, () -> dropOnce(stillWanted)) != null;
    }

    private Boolean dropOnce(BooleanSupplier stillWanted) {
        lock.lock();
        try {
            if (stillWanted.getAsBoolean()) {
                lately.clear();
                store.drop(lease, sessionId);
            }
            return true;
        } finally {
            lock.unlock();
        }
    }
}
