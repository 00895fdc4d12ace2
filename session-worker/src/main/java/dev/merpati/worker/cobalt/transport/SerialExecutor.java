package dev.merpati.worker.cobalt.transport;

import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs tasks one after the other, in the order of {@link #execute}, on a virtual thread that exists only while there is
 * something to do. A task that throws does not keep the next ones from running. The queue is not bounded: callers are.
 */
public final class SerialExecutor implements Executor {
    private static final Logger log = LoggerFactory.getLogger(SerialExecutor.class);

    private final String name;
    /** Null while there is nothing to do: a session has several of these, and most are idle. */
    private @Nullable Queue<Runnable> tasks;

    public SerialExecutor(String name) {
        this.name = name;
    }

    @Override
    public void execute(Runnable task) {
        synchronized (this) {
            if (tasks != null) {
                tasks.add(task);
                return;
            }
            tasks = new ArrayDeque<>(2);
            tasks.add(task);
        }
        Thread.ofVirtual().name(name).start(this::drain);
    }

    private void drain() {
        for (Runnable task = next(); task != null; task = next()) {
            try {
                task.run();
            } catch (RuntimeException | Error e) {
                log.error("A task of {} failed", name, RedactedException.of(e));
            }
        }
    }

    private synchronized @Nullable Runnable next() {
        Runnable task = tasks == null ? null : tasks.poll();
        if (task == null) {
            tasks = null;
        }
        return task;
    }
}
