package dev.merpati.worker.connection;

import dev.merpati.clients.timing.Backoff;
import dev.merpati.clients.timing.Timers;
import dev.merpati.worker.fencing.FencedException;
import dev.merpati.worker.fencing.RedisUnavailableException;
import dev.merpati.worker.fencing.ShardLease;
import dev.merpati.worker.store.SessionStore;
import dev.merpati.worker.store.SessionView;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Publishes the latest view of one session in Redis, without blocking its callers. Views that came and went while Redis
 * was away are skipped; the last one is always published, unless the shard is lost or the publisher closed before.
 */
final class StatusPublisher {
    private static final Logger log = LoggerFactory.getLogger(StatusPublisher.class);

    /** Of those that do not say that Redis is away, and so may never pass. */
    private static final int MOST_UNEXPECTED_FAILURES = 5;

    private final UUID sessionId;
    private final ShardLease lease;
    private final SessionStore store;
    private final Timers timers;
    private final Backoff backoff;
    private final StatusTeller teller;
    private volatile Runnable whenMissing = () -> {};
    private final ReentrantLock lock = new ReentrantLock();
    private @Nullable SessionView latest;
    private @Nullable SessionView published;
    private @Nullable Instant newChatsRestrictedUntil;
    private boolean writing;
    private boolean closed;

    /** @param teller tells the tenant of each view that is shown */
    StatusPublisher(
            UUID sessionId, ShardLease lease, SessionStore store, Timers timers, Backoff backoff, StatusTeller teller) {
        this.sessionId = sessionId;
        this.lease = lease;
        this.store = store;
        this.timers = timers;
        this.backoff = backoff;
        this.teller = teller;
    }

    /** @param action runs when the session turns out not to exist any more */
    void whenMissing(Runnable action) {
        whenMissing = action;
    }

    void publish(SessionView view) {
        lock.lock();
        try {
            latest = view.newChatsRestrictedUntil(newChatsRestrictedUntil);
            if (!writing && !closed) {
                writing = true;
                timers.after(Duration.ZERO, () -> write(0));
            }
        } finally {
            lock.unlock();
        }
    }

    /** Publishes with this view and all later ones until when the account may begin no new chats; null when it may. */
    void newChatsRestrictedUntil(@Nullable Instant until) {
        lock.lock();
        try {
            newChatsRestrictedUntil = until;
            if (latest != null) {
                publish(latest);
            }
        } finally {
            lock.unlock();
        }
    }

    /** Publishes the latest view once more, since Redis may have lost it. */
    void publishAgain() {
        lock.lock();
        try {
            published = null;
            if (latest != null) {
                publish(latest);
            }
        } finally {
            lock.unlock();
        }
    }

    /** Tells the tenant nothing more of the session; what is published goes on. */
    void tellNothing() {
        teller.close();
    }

    /** Publishes nothing more. */
    void close() {
        lock.lock();
        try {
            closed = true;
            teller.close();
        } finally {
            lock.unlock();
        }
    }

    private void write(int failures) {
        for (SessionView view = next(); view != null; view = next()) {
            try {
                Optional<String> heard = store.show(lease, sessionId, view);
                if (heard.isPresent()) {
                    teller.shown(view, heard.get());
                } else {
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
                if (failures >= MOST_UNEXPECTED_FAILURES) {
                    log.error("The status of session {} cannot be stored", sessionId, e);
                    written(view);
                    continue;
                }
                log.warn("The status of session {} cannot be stored yet: {}", sessionId, e.toString());
                timers.after(backoff.after(failures + 1), () -> write(failures + 1));
                return;
            }
        }
    }

    private @Nullable SessionView next() {
        lock.lock();
        try {
            if (closed || Objects.equals(latest, published)) {
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
            published = view;
        } finally {
            lock.unlock();
        }
    }
}
