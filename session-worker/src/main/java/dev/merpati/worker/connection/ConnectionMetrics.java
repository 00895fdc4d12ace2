package dev.merpati.worker.connection;

import dev.merpati.model.session.SessionStatus;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** Counts sessions by status, and reconnects by reason. Every label has a fixed set of values. Thread-safe. */
public final class ConnectionMetrics {
    private final MeterRegistry meters;
    private final Map<SessionStatus, AtomicInteger> sessions = new EnumMap<>(SessionStatus.class);

    public ConnectionMetrics(MeterRegistry meters) {
        this.meters = meters;
        for (SessionStatus status : SessionStatus.values()) {
            AtomicInteger count = new AtomicInteger();
            sessions.put(status, count);
            Gauge.builder("merpati.worker.sessions", count, AtomicInteger::get)
                    .description("Sessions of this worker by status")
                    .tag("status", status.wireName())
                    .register(meters);
        }
    }

    /** A session went from one status to another; null before its first and after its last one. */
    void moved(@Nullable SessionStatus from, @Nullable SessionStatus to) {
        count(from, -1);
        count(to, 1);
    }

    private void count(@Nullable SessionStatus status, int more) {
        AtomicInteger count = status == null ? null : sessions.get(status);
        if (count != null) {
            count.addAndGet(more);
        }
    }

    /** @param reason one of a fixed set */
    void reconnecting(String reason) {
        Counter.builder("merpati.worker.session.reconnects")
                .description("Connections that are opened again, by why the one before ended")
                .tag("reason", reason)
                .register(meters)
                .increment();
    }
}
