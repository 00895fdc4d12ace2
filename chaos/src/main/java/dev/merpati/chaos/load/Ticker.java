package dev.merpati.chaos.load;

import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;

/** Begins something at a known rate, whether those before are done or not. */
final class Ticker {
    private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

    private Ticker() {}

    /**
     * Starts a thread that ends soon after {@code stopped} becomes true.
     *
     * @param perSecond from 1
     * @param begin returns at once
     */
    static void repeat(int perSecond, AtomicBoolean stopped, Runnable begin) {
        Thread.ofPlatform().daemon().name("load").start(() -> {
            for (long next = System.nanoTime(); !stopped.get(); next += SECOND / perSecond) {
                LockSupport.parkNanos(next - System.nanoTime());
                try {
                    begin.run();
                } catch (RejectedExecutionException e) {
                    return;
                }
            }
        });
    }
}
