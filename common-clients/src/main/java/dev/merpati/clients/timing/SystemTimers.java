package dev.merpati.clients.timing;

import java.time.Duration;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;

/** Timers on the system clock. Actions that are pending when they are closed never run. */
public final class SystemTimers implements Timers, AutoCloseable {
    private final ThreadFactory threads = Thread.ofVirtual().name("timer-", 0).factory();
    private final ScheduledThreadPoolExecutor scheduler = new ScheduledThreadPoolExecutor(
            1, Thread.ofPlatform().daemon().name("merpati-timers").factory());

    public SystemTimers() {
        scheduler.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
        // Timers that are set after that are dropped.
        scheduler.setRejectedExecutionHandler((_, _) -> {});
    }

    @Override
    @SuppressWarnings("FutureReturnValueIgnored") // Actions handle their own failures.
    public void after(Duration delay, Runnable action) {
        scheduler.schedule(() -> threads.newThread(action).start(), delay.toMillis(), TimeUnit.MILLISECONDS);
    }

    @Override
    public void close() {
        scheduler.shutdownNow();
    }
}
