package dev.merpati.worker.fencing;

import dev.merpati.model.outage.Outage;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Logs each outage of Redis once and counts the calls that failed. Thread-safe. */
final class RedisOutage {
    private static final Logger log = LoggerFactory.getLogger(RedisOutage.class);
    /** More than the time between two tries of whatever is tried again. */
    private static final Duration QUIET = Duration.ofSeconds(10);

    private final Outage outage;
    private final Counter failures;

    RedisOutage(LongSupplier nanoTime, MeterRegistry meters) {
        this.outage = new Outage(QUIET, nanoTime);
        this.failures = Counter.builder("merpati.redis.failures")
                .description("Calls of Redis that failed; whatever needs them is tried again")
                .register(meters);
    }

    void failed(Exception failure) {
        failures.increment();
        if (outage.failed()) {
            log.warn("Redis does not serve; further failures are only counted: {}", failure.toString());
        }
    }

    void succeeded() {
        if (outage.succeeded()) {
            log.info("Redis serves again; it did not for {} s", outage.length().toSeconds());
        }
    }
}
