package dev.merpati.worker.media;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Divides the bytes of memory for files. Thread-safe.
 *
 * <p>Guarantees: the tenant that holds least comes first, of one tenant the command that was issued first, and nobody
 * passes them, so that neither a large file nor a tenant is kept waiting by what came later; who gives up waiting and
 * comes again is where it was. A tenant that holds something gets more only while at least as much is free, so that one
 * tenant cannot use up the budget. Does not guarantee that who waits is served in time: that takes what others hold.
 */
final class MediaBudget {
    private final ReentrantLock lock = new ReentrantLock();
    private final Map<String, Long> held = new HashMap<>();
    private final List<Waiter> waiting = new ArrayList<>();
    private long free;

    MediaBudget(long bytes) {
        this.free = bytes;
    }

    private static final class Waiter {
        final MediaLoader.Turn turn;
        final long bytes;
        final Condition changed;
        boolean served;

        Waiter(MediaLoader.Turn turn, long bytes, Condition changed) {
            this.turn = turn;
            this.bytes = bytes;
            this.changed = changed;
        }
    }

    /**
     * Blocks until the bytes are the caller's.
     *
     * @return false when it was not its turn within the patience, or the thread was interrupted
     */
    boolean acquire(MediaLoader.Turn turn, long bytes, Duration patience) {
        lock.lock();
        try {
            Waiter me = new Waiter(turn, bytes, lock.newCondition());
            waiting.add(me);
            serve();
            awaitTurn(me, patience.toNanos());
            if (!me.served) {
                waiting.remove(me);
                serve();
            }
            return me.served;
        } finally {
            lock.unlock();
        }
    }

    void release(MediaLoader.Turn turn, long bytes) {
        lock.lock();
        try {
            free += bytes;
            held.computeIfPresent(turn.tenantId(), (_, all) -> all == bytes ? null : all - bytes);
            serve();
        } finally {
            lock.unlock();
        }
    }

    long free() {
        lock.lock();
        try {
            return free;
        } finally {
            lock.unlock();
        }
    }

    /** How many wait for their turn. */
    int waiting() {
        lock.lock();
        try {
            return waiting.size();
        } finally {
            lock.unlock();
        }
    }

    private static void awaitTurn(Waiter me, long nanos) {
        long left = nanos;
        try {
            while (!me.served && left > 0) {
                left = me.changed.awaitNanos(left);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void serve() {
        for (Waiter next = next(); next != null && fits(next); next = next()) {
            waiting.remove(next);
            free -= next.bytes;
            held.merge(next.turn.tenantId(), next.bytes, Long::sum);
            next.served = true;
            next.changed.signal();
        }
    }

    private @Nullable Waiter next() {
        return waiting.stream()
                .min(Comparator.<Waiter>comparingLong(waiter -> heldBy(waiter.turn.tenantId()))
                        .thenComparing(waiter -> waiter.turn.since()))
                .orElse(null);
    }

    private boolean fits(Waiter waiter) {
        long mine = heldBy(waiter.turn.tenantId());
        return waiter.bytes <= free && (mine == 0 || mine + waiter.bytes <= free);
    }

    private long heldBy(String tenantId) {
        return held.getOrDefault(tenantId, 0L);
    }
}
