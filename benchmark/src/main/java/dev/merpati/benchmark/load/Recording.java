package dev.merpati.benchmark.load;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.HdrHistogram.ConcurrentHistogram;
import org.jspecify.annotations.Nullable;

/** The calls of one measurement: their latencies, and the first failure. Thread-safe. */
final class Recording {
    /** Three digits: a value is off by 0.1 % at most. */
    private static final int DIGITS = 3;

    private final Call call;
    private final ConcurrentHistogram latencies = new ConcurrentHistogram(DIGITS);
    private final AtomicReference<@Nullable Exception> failure = new AtomicReference<>();
    private final long begunAt = System.nanoTime();

    Recording(Call call) {
        this.call = call;
    }

    long begunAt() {
        return begunAt;
    }

    /**
     * Performs a call.
     *
     * @param dueAt since when the caller waits; later than planned begun, the wait before counts as well
     */
    void perform(int session, long dueAt) {
        try {
            call.perform(session);
            latencies.recordValue(TimeUnit.NANOSECONDS.toMicros(System.nanoTime() - dueAt));
        } catch (Exception e) {
            failure.compareAndSet(null, e);
        }
    }

    boolean hasFailed() {
        return failure.get() != null;
    }

    /** @throws FailedLoadException when a call failed */
    Measurement finish() {
        var first = failure.get();
        if (first != null) {
            throw new FailedLoadException(latencies.getTotalCount(), first);
        }
        return Measurement.of(latencies, Duration.ofNanos(System.nanoTime() - begunAt));
    }
}
