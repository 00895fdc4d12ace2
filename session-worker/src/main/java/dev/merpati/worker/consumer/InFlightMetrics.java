package dev.merpati.worker.consumer;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.time.Duration;
import java.util.Collection;
import java.util.OptionalLong;

/** How many commands are under way in this worker, and how long the slowest has been. */
record InFlightMetrics(Collection<OwnedPartition> owned) implements MeterBinder {

    @Override
    public void bindTo(MeterRegistry registry) {
        Gauge.builder(
                        "merpati.commands.in.flight",
                        owned,
                        all -> all.stream().mapToInt(OwnedPartition::inFlight).sum())
                .description("Commands that were taken from the topic and are not finished")
                .register(registry);
        Gauge.builder("merpati.commands.oldest.age", owned, InFlightMetrics::oldestAge)
                .description("How long the oldest unfinished command has been in this worker")
                .baseUnit("seconds")
                .register(registry);
    }

    private static double oldestAge(Collection<OwnedPartition> owned) {
        OptionalLong oldest = owned.stream()
                .map(OwnedPartition::oldest)
                .filter(OptionalLong::isPresent)
                .mapToLong(OptionalLong::getAsLong)
                .min();
        return oldest.isEmpty()
                ? 0
                : Duration.ofNanos(System.nanoTime() - oldest.getAsLong()).toMillis() / 1_000.0;
    }
}
