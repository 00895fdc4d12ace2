package dev.merpati.dispatcher.webhook;

import dev.merpati.clients.timing.Timers;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.Random;
import java.util.concurrent.Executor;
import java.util.function.BooleanSupplier;

/** A clock that jumps to the next thing that is to be done. What is due at the same time runs in a random order. Not thread-safe. */
final class VirtualTime implements InstantSource {
    private final Random random;
    private final PriorityQueue<Task> tasks =
            new PriorityQueue<>(Comparator.comparingLong(Task::at).thenComparingLong(Task::order));
    private long now;

    private record Task(long at, long order, Runnable action) {}

    VirtualTime(Random random, long now) {
        this.random = random;
        this.now = now;
    }

    @Override
    public Instant instant() {
        return Instant.ofEpochMilli(now);
    }

    void after(long millis, Runnable action) {
        tasks.add(new Task(now + millis, random.nextLong(), action));
    }

    /** A process, which does nothing any more once it has been killed, and nothing while it is frozen. */
    final class Program implements Timers, Executor {
        private final List<Runnable> held = new ArrayList<>();
        private boolean killed;
        private boolean frozen;

        @Override
        public void after(Duration delay, Runnable action) {
            VirtualTime.this.after(delay.toMillis(), () -> runIfAlive(action));
        }

        @Override
        public void execute(Runnable action) {
            VirtualTime.this.after(0, () -> runIfAlive(action));
        }

        void kill() {
            killed = true;
        }

        void freeze() {
            frozen = true;
        }

        /** Does at once what was to be done meanwhile. */
        void thaw() {
            frozen = false;
            held.forEach(this::execute);
            held.clear();
        }

        private void runIfAlive(Runnable action) {
            if (frozen) {
                held.add(action);
            } else if (!killed) {
                action.run();
            }
        }
    }

    /** Runs what is due for so long, or until the condition holds; returns whether it holds. */
    boolean run(Duration atMost, BooleanSupplier condition) {
        long end = now + atMost.toMillis();
        while (!condition.getAsBoolean()) {
            Task next = tasks.peek();
            if (next == null || next.at() > end) {
                now = end;
                return condition.getAsBoolean();
            }
            tasks.remove();
            now = Math.max(now, next.at());
            next.action().run();
        }
        return true;
    }
}
