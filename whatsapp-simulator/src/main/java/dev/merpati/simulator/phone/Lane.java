package dev.merpati.simulator.phone;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;

/** Runs tasks one after the other, in order, on threads that it shares with others. */
final class Lane implements Executor {
    /** A busy lane makes room for others after so many tasks. */
    private static final int BATCH = 32;

    private final Executor threads;
    private final Queue<Runnable> tasks = new ConcurrentLinkedQueue<>();
    private final AtomicInteger waiting = new AtomicInteger();

    Lane(Executor threads) {
        this.threads = threads;
    }

    @Override
    public void execute(Runnable task) {
        tasks.add(task);
        if (waiting.getAndIncrement() == 0) {
            threads.execute(this::run);
        }
    }

    private void run() {
        int done = 0;
        try {
            for (Runnable task = tasks.poll(); task != null; task = done < BATCH ? tasks.poll() : null) {
                done++;
                task.run();
            }
        } finally {
            if (waiting.addAndGet(-done) > 0) {
                threads.execute(this::run);
            }
        }
    }
}
