package dev.merpati.worker.timing;

import dev.merpati.clients.timing.Timers;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.PriorityQueue;

/** A clock that stands still until a test moves it, and the timers that go off on the way, on the test's thread. */
public final class ManualTimers implements Timers, InstantSource {
    private record Planned(Instant at, long number, Runnable action) {}

    private final PriorityQueue<Planned> planned =
            new PriorityQueue<>(Comparator.comparing(Planned::at).thenComparingLong(Planned::number));
    private Instant now = Instant.parse("2026-01-01T00:00:00Z");
    private long numbers;

    @Override
    public synchronized void after(Duration delay, Runnable action) {
        planned.add(new Planned(now.plus(delay), numbers++, action));
    }

    @Override
    public synchronized Instant instant() {
        return now;
    }

    public synchronized long nanoTime() {
        return Duration.between(Instant.EPOCH, now).toNanos();
    }

    /** Runs what is due, and what becomes due by that, without moving the clock. */
    public void run() {
        advance(Duration.ZERO);
    }

    public void advance(Duration duration) {
        Instant until = instant().plus(duration);
        for (Planned next = next(until); next != null; next = next(until)) {
            next.action().run();
        }
        synchronized (this) {
            now = until;
        }
    }

    private synchronized @org.jspecify.annotations.Nullable Planned next(Instant until) {
        Planned first = planned.peek();
        if (first == null || first.at().isAfter(until)) {
            return null;
        }
        planned.remove();
        if (first.at().isAfter(now)) {
            now = first.at();
        }
        return first;
    }
}
