package dev.merpati.simulator.phone;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;

/** Runs tasks one at a time, in order, on threads that it shares with other queues. */
final class SerialQueue implements Executor {
    /** After so many tasks a busy queue yields its thread to the others. */
    private static final int BATCH = 32;

    private final Executor threads;
    private final Queue<Runnable> tasks = new ConcurrentLinkedQueue<>();
    private final AtomicInteger waiting = new AtomicInteger();

    SerialQueue(Executor threads) {
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
