package dev.merpati.worker.session;

import dev.merpati.worker.fencing.FencedException;
import dev.merpati.worker.fencing.RedisUnavailableException;
import dev.merpati.worker.fencing.ShardLease;
import dev.merpati.worker.timing.Backoff;
import dev.merpati.worker.timing.Timers;
import java.time.Duration;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Shows the latest view of one session in Redis, without making its callers wait. Views that came and went while Redis
 * was away are left out; the last one is always shown, unless the shard is lost or the board closed before.
 */
final class StatusBoard {
    private static final Logger log = LoggerFactory.getLogger(StatusBoard.class);

    private final UUID sessionId;
    private final ShardLease lease;
    private final SessionStore store;
    private final Timers timers;
    private final Backoff backoff;
    private final Runnable whenMissing;
    private final ReentrantLock lock = new ReentrantLock();
    private @Nullable SessionView latest;
    private @Nullable SessionView shown;
    private boolean writing;
    private boolean closed;

    /** @param whenMissing runs when the session turns out to exist no more */
    StatusBoard(
            UUID sessionId,
            ShardLease lease,
            SessionStore store,
            Timers timers,
            Backoff backoff,
            Runnable whenMissing) {
        this.sessionId = sessionId;
        this.lease = lease;
        this.store = store;
        this.timers = timers;
        this.backoff = backoff;
        this.whenMissing = whenMissing;
    }

    void show(SessionView view) {
        lock.lock();
        try {
            latest = view;
            if (!writing && !closed) {
                writing = true;
                timers.after(Duration.ZERO, () -> write(0));
            }
        } finally {
            lock.unlock();
        }
    }

    /** Shows the latest view once more, since Redis may have lost it. */
    void showAgain() {
        lock.lock();
        try {
            shown = null;
            if (latest != null) {
                show(latest);
            }
        } finally {
            lock.unlock();
        }
    }

    /** Shows nothing more. */
    void close() {
        lock.lock();
        try {
            closed = true;
        } finally {
            lock.unlock();
        }
    }

    private void write(int failures) {
        for (SessionView view = next(); view != null; view = next()) {
            try {
                if (!store.show(lease, sessionId, view)) {
                    close();
                    whenMissing.run();
                }
                written(view);
            } catch (FencedException e) {
                close();
            } catch (RedisUnavailableException e) {
                timers.after(backoff.after(failures + 1), () -> write(failures + 1));
                return;
            } catch (RuntimeException e) {
                log.warn("The status of session {} cannot be stored yet: {}", sessionId, e.toString());
                timers.after(backoff.after(failures + 1), () -> write(failures + 1));
                return;
            }
        }
    }

    private @Nullable SessionView next() {
        lock.lock();
        try {
            if (closed || Objects.equals(latest, shown)) {
                writing = false;
                return null;
            }
            return latest;
        } finally {
            lock.unlock();
        }
    }

    private void written(SessionView view) {
        lock.lock();
        try {
            shown = view;
        } finally {
            lock.unlock();
        }
    }
}
