package dev.merpati.gateway.media;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.Locale;
import java.util.function.IntSupplier;
import org.springframework.stereotype.Component;

/** Shows uploads in progress and waiting, and counts those that were given up. Labels are enums only. */
@Component
class UploadMetrics {
    /** Why an upload was not taken. */
    enum Refusal {
        /** Others' uploads were in its way. */
        BUSY,
        /** Its tenant's own uploads were in its way. */
        TENANT_BUSY,
        TOO_SLOW
    }

    private final MeterRegistry registry;

    UploadMetrics(MeterRegistry registry) {
        this.registry = registry;
        for (Refusal why : Refusal.values()) {
            refusals(why);
        }
    }

    void show(IntSupplier inUse, IntSupplier waiting) {
        Gauge.builder("merpati.gateway.uploads", inUse, IntSupplier::getAsInt)
                .description("Files being read from their senders")
                .tag("state", "reading")
                .strongReference(true)
                .register(registry);
        Gauge.builder("merpati.gateway.uploads", waiting, IntSupplier::getAsInt)
                .description("Files being read from their senders")
                .tag("state", "waiting")
                .strongReference(true)
                .register(registry);
    }

    void refused(Refusal why) {
        refusals(why).increment();
    }

    private Counter refusals(Refusal why) {
        return Counter.builder("merpati.gateway.uploads.refused")
                .description("Files that were not taken, or given up")
                .tag("reason", why.name().toLowerCase(Locale.ROOT))
                .register(registry);
    }
}
