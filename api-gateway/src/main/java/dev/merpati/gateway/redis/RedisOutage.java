package dev.merpati.gateway.redis;

import dev.merpati.model.outage.Outage;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import org.springframework.stereotype.Component;

/** Logs each outage of Redis once and counts the failures. Thread-safe. */
@Component
public class RedisOutage {
    /** More than the time between two tries of whatever is tried again. */
    private static final Duration QUIET = Duration.ofSeconds(10);

    private final Outage outage = new Outage("Redis", QUIET, System::nanoTime);
    private final Counter failures;

    public RedisOutage(MeterRegistry metrics) {
        this.failures = Counter.builder("merpati.gateway.redis.failures")
                .description("Requests and subscriptions that failed because Redis did not serve")
                .register(metrics);
    }

    /** Redis did not serve. */
    public void away(Throwable failure) {
        failures.increment();
        outage.failed(failure);
    }

    /** Redis served. */
    public void serves() {
        outage.succeeded();
    }
}
