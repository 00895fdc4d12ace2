package dev.merpati.gateway.error;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import org.springframework.stereotype.Component;

/** Counts every request that was refused or failed, by the code that its client was told. The codes are those of errors.yaml. */
@Component
final class ErrorMetrics {
    private final Meter.MeterProvider<Counter> errors;

    ErrorMetrics(MeterRegistry registry) {
        this.errors = Counter.builder("merpati.gateway.errors")
                .description("Requests that were refused or failed, by the code in their answers")
                .withRegistry(registry);
        // From the start, or a rate would miss the first of what should never happen.
        counter(Errors.internal());
        counter(Errors.unavailable(""));
    }

    void answered(ApiError error) {
        counter(error).increment();
    }

    private Counter counter(ApiError error) {
        return errors.withTags(
                "code", error.code(), "status", String.valueOf(error.status().value()));
    }
}
