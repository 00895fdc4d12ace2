package dev.merpati.worker.session;

import dev.merpati.worker.fencing.FencedRetry;
import dev.merpati.worker.fencing.ShardLease;
import dev.merpati.worker.timing.StopSignal;
import dev.merpati.worker.whatsapp.Credentials;
import java.util.UUID;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;

/**
 * Saves and drops one session's credentials, one after the other, so that a connection that was given up cannot bring
 * back credentials that were dropped.
 */
final class CredentialsGate {
    private final UUID sessionId;
    private final ShardLease lease;
    private final SessionServices services;
    private final FencedRetry retry;
    private final ReentrantLock lock = new ReentrantLock();

    CredentialsGate(UUID sessionId, ShardLease lease, SessionServices services, StopSignal stop) {
        this.sessionId = sessionId;
        this.lease = lease;
        this.services = services;
        this.retry = new FencedRetry(services.commandBackoff(), stop);
    }

    /**
     * Saves them unless the connection that asks for it was given up; throws when they could not be stored.
     *
     * @return whether they were saved
     */
    boolean save(Credentials credentials, BooleanSupplier stillWanted) {
        lock.lock();
        try {
            if (!stillWanted.getAsBoolean()) {
                return false;
            }
            services.credentials().save(lease, sessionId, credentials);
            return true;
        } finally {
            lock.unlock();
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
                services.credentials().drop(lease, sessionId);
            }
            return true;
        } finally {
            lock.unlock();
        }
    }
}
