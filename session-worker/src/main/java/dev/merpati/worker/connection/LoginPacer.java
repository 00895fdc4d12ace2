package dev.merpati.worker.connection;

import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;

/** Limits login rate and concurrency, first in, first out. Thread-safe. */
public final class LoginPacer {
    private final long intervalNanos;
    private final Semaphore concurrent;
    private final ReentrantLock turn = new ReentrantLock(true);
    private final ThreadFactory threads = Thread.ofVirtual().name("login-", 0).factory();
    private long nextAt = System.nanoTime();

    public LoginPacer(int perSecond, int maxConcurrent) {
        intervalNanos = Duration.ofSeconds(1).toNanos() / perSecond;
        concurrent = new Semaphore(maxConcurrent, true);
    }

    /** The right to be logging in. Released once; again does nothing. */
    public interface Permit {
        void release();
    }

    /** Runs the login when its turn has come, on a thread that may block. It must release its permit when it is over. */
    void admit(Consumer<Permit> login) {
        threads.newThread(() -> {
                    concurrent.acquireUninterruptibly();
                    awaitTurn();
                    AtomicBoolean released = new AtomicBoolean();
                    login.accept(() -> {
                        if (released.compareAndSet(false, true)) {
                            concurrent.release();
                        }
                    });
                })
                .start();
    }

    private void awaitTurn() {
        turn.lock();
        try {
            for (long left = nextAt - System.nanoTime(); left > 0; left = nextAt - System.nanoTime()) {
                LockSupport.parkNanos(left);
            }
            nextAt = System.nanoTime() + intervalNanos;
        } finally {
            turn.unlock();
        }
    }
}
