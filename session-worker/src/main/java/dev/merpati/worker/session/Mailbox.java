package dev.merpati.worker.session;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A bounded queue that is emptied in order by one thread at a time, or by a few, which exist only while there is something to
 * do. Thread-safe.
 */
public final class Mailbox<T> {
    private static final Logger log = LoggerFactory.getLogger(Mailbox.class);

    private final int capacity;
    private final int parallel;
    private final ThreadFactory threads;
    private final Consumer<T> handler;
    private final Runnable whenIdle;
    private final Queue<T> waiting = new ArrayDeque<>();
    private final List<T> postponed = new ArrayList<>();
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition idle = lock.newCondition();
    private int draining;
    private boolean stopped;

    /**
     * An empty mailbox.
     *
     * @param capacity how many may wait, besides the one that is being handled
     * @param handler answers for its own failures; what it throws is logged and nothing else
     * @param whenIdle runs on the draining thread when nothing is left
     */
    public Mailbox(int capacity, ThreadFactory threads, Consumer<T> handler, Runnable whenIdle) {
        this(capacity, 1, threads, handler, whenIdle);
    }

    /**
     * @param parallel how many are handled at a time
     * @param whenIdle runs on a draining thread when nothing waits; others may still be handled
     */
    Mailbox(int capacity, int parallel, ThreadFactory threads, Consumer<T> handler, Runnable whenIdle) {
        this.capacity = capacity;
        this.parallel = parallel;
        this.threads = threads;
        this.handler = handler;
        this.whenIdle = whenIdle;
    }

    /** Returns false, and takes nothing, when the mailbox is full or stopped. Does not block. */
    public boolean offer(T item) {
        return offer(item, capacity);
    }

    /** Takes an item that must not be refused, also beyond the capacity; returns false when the mailbox is stopped. */
    public boolean force(T item) {
        return offer(item, Integer.MAX_VALUE);
    }

    private boolean offer(T item, int bound) {
        lock.lock();
        try {
            if (stopped || waiting.size() + postponed.size() >= bound) {
                return false;
            }
            add(item);
            return true;
        } finally {
            lock.unlock();
        }
    }

    private void add(T item) {
        waiting.add(item);
        if (draining < parallel) {
            draining++;
            threads.newThread(this::drain).start();
        }
    }

    /**
     * Keeps an item that is handled now for another time, and lets the others go on.
     *
     * @param timer runs what it is given when that time has come
     */
    public void postpone(T item, Consumer<Runnable> timer) {
        lock.lock();
        try {
            if (stopped) {
                return;
            }
            postponed.add(item);
        } finally {
            lock.unlock();
        }
        timer.accept(() -> resume(item));
    }

    private void resume(T item) {
        lock.lock();
        try {
            if (postponed.remove(item)) {
                add(item);
            }
        } finally {
            lock.unlock();
        }
    }

    /** Takes out everything that waits, in order. */
    public List<T> clear() {
        lock.lock();
        try {
            List<T> all = new ArrayList<>(postponed);
            all.addAll(waiting);
            postponed.clear();
            waiting.clear();
            return all;
        } finally {
            lock.unlock();
        }
    }

    /** Ends it: what waits is dropped, what is being handled goes on. */
    public void stop() {
        lock.lock();
        try {
            stopped = true;
            postponed.clear();
            waiting.clear();
        } finally {
            lock.unlock();
        }
    }

    public boolean isIdle() {
        lock.lock();
        try {
            return draining == 0 && postponed.isEmpty();
        } finally {
            lock.unlock();
        }
    }

    /** Waits until nothing is being handled; returns false when that took too long or the thread was interrupted. */
    public boolean awaitIdle(Duration timeout) {
        lock.lock();
        try {
            long left = timeout.toNanos();
            while (draining > 0) {
                if (left <= 0) {
                    return false;
                }
                left = idle.awaitNanos(left);
            }
            return true;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        } finally {
            lock.unlock();
        }
    }

    private void drain() {
        for (T item = next(); item != null; item = next()) {
            try {
                handler.accept(item);
            } catch (RuntimeException | Error e) {
                log.error("A mailbox's handler failed", e);
            }
        }
        whenIdle.run();
    }

    private @Nullable T next() {
        lock.lock();
        try {
            T item = waiting.poll();
            if (item == null) {
                draining--;
                idle.signalAll();
            }
            return item;
        } finally {
            lock.unlock();
        }
    }
}
