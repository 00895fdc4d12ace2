package dev.merpati.benchmark.load;

import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** Shapes of load. Each blocks until every call has its answer. */
public sealed interface Load {

    /**
     * Carries out the load.
     *
     * @throws FailedLoadException when a call failed; no further ones are begun then
     */
    Measurement on(Call call);

    /**
     * Each session has so many calls under way all the time: an answer is followed by the next call at once. Finds the
     * highest rate, and latencies at that rate.
     */
    record Closed(int sessions, int inFlight, Duration duration) implements Load {
        @Override
        public Measurement on(Call call) {
            var recording = new Recording(call);
            long end = recording.begunAt() + duration.toNanos();
            try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
                for (int i = 0; i < sessions * inFlight; i++) {
                    int session = i % sessions;
                    threads.execute(() -> {
                        while (System.nanoTime() < end && !recording.hasFailed()) {
                            recording.perform(session, System.nanoTime());
                        }
                    });
                }
            }
            return recording.finish();
        }
    }

    /**
     * So many calls per second, evenly spaced, the sessions in turn, whether or not earlier ones have their answer. A
     * latency begins when the call was due, so that a stall is seen in all the calls that it delayed.
     */
    record Open(int sessions, int perSecond, Duration duration) implements Load {
        @Override
        public Measurement on(Call call) {
            var recording = new Recording(call);
            long interval = TimeUnit.SECONDS.toNanos(1) / perSecond;
            long calls = duration.toNanos() / interval;
            try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
                for (int i = 0; i < calls && !recording.hasFailed(); i++) {
                    int session = i % sessions;
                    long dueAt = recording.begunAt() + i * interval;
                    awaitTime(dueAt);
                    threads.execute(() -> recording.perform(session, dueAt));
                }
            }
            return recording.finish();
        }

        private static void awaitTime(long time) {
            for (long left = time - System.nanoTime(); left > 0; left = time - System.nanoTime()) {
                LockSupport.parkNanos(left);
            }
        }
    }

    /** Each session makes so many calls, one after the other. */
    record Each(int sessions, int calls) implements Load {
        @Override
        public Measurement on(Call call) {
            var recording = new Recording(call);
            try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
                for (int i = 0; i < sessions; i++) {
                    int session = i;
                    threads.execute(() -> {
                        for (int n = 0; n < calls && !recording.hasFailed(); n++) {
                            recording.perform(session, System.nanoTime());
                        }
                    });
                }
            }
            return recording.finish();
        }
    }
}
