package dev.merpati.worker.session;

import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;

/** So many logins per second, and so many at once; who came first goes first. Thread-safe. */
public final class TokenLoginPacer implements LoginPacer {
    private final long intervalNanos;
    private final Semaphore concurrent;
    private final ReentrantLock turn = new ReentrantLock(true);
    private final ThreadFactory threads = Thread.ofVirtual().name("login-", 0).factory();
    private long nextAt = System.nanoTime();

    public TokenLoginPacer(int perSecond, int maxConcurrent) {
        intervalNanos = Duration.ofSeconds(1).toNanos() / perSecond;
        concurrent = new Semaphore(maxConcurrent, true);
    }

    @Override
    public void admit(Consumer<Permit> login) {
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
