package dev.merpati.worker.timing;

import java.time.Duration;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;

/** Timers by the system's clock. What is still to come when they are closed never runs. */
public final class SystemTimers implements Timers, AutoCloseable {
    private final ThreadFactory threads = Thread.ofVirtual().name("timer-", 0).factory();
    private final ScheduledThreadPoolExecutor scheduler = new ScheduledThreadPoolExecutor(
            1, Thread.ofPlatform().daemon().name("merpati-timers").factory());

    public SystemTimers() {
        scheduler.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
        // A timer that fires while the worker stops is of no use to anybody.
        scheduler.setRejectedExecutionHandler((_, _) -> {});
    }

    @Override
    @SuppressWarnings("FutureReturnValueIgnored") // The action tells its own failures.
    public void after(Duration delay, Runnable action) {
        scheduler.schedule(() -> threads.newThread(action).start(), delay.toMillis(), TimeUnit.MILLISECONDS);
    }

    @Override
    public void close() {
        scheduler.shutdownNow();
    }
}
