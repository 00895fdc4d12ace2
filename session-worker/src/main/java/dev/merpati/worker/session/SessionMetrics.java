package dev.merpati.worker.session;

import dev.merpati.model.outcome.Outcome;
import dev.merpati.model.session.SessionStatus;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** What operators see of sessions and their commands. Every label has a fixed set of values. */
public final class SessionMetrics {
    private final MeterRegistry meters;
    private final Map<SessionStatus, AtomicInteger> sessions = new EnumMap<>(SessionStatus.class);
    private final Timer acknowledged;
    private final Counter overflows;

    public SessionMetrics(MeterRegistry meters) {
        this.meters = meters;
        for (SessionStatus status : SessionStatus.values()) {
            AtomicInteger count = new AtomicInteger();
            sessions.put(status, count);
            Gauge.builder("merpati.sessions", count, AtomicInteger::get)
                    .description("Sessions of this worker by status")
                    .tag("status", status.wireName())
                    .register(meters);
        }
        acknowledged = Timer.builder("merpati.command.acknowledged")
                .description("From the request to WhatsApp's acknowledgement of the message")
                .publishPercentileHistogram()
                .minimumExpectedValue(Duration.ofMillis(1))
                .maximumExpectedValue(Duration.ofMinutes(2))
                .register(meters);
        overflows = Counter.builder("merpati.mailbox.overflows")
                .description("Commands that were refused because their session or tenant had too many waiting")
                .register(meters);
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

    void reconnecting(String reason) {
        Counter.builder("merpati.session.reconnects")
                .description("Connections that are opened again, by why the one before ended")
                .tag("reason", reason)
                .register(meters)
                .increment();
    }

    /** A command ended; returns the label that it is counted under. */
    String ended(Outcome outcome, Duration age) {
        String code = switch (outcome) {
            case Outcome.MessageSent _ -> {
                acknowledged.record(age);
                yield "message_sent";
            }
            case Outcome.NumbersChecked _ -> "numbers_checked";
            case Outcome.SessionChanged _ -> "session_changed";
            case Outcome.Unrecognized _ -> "unrecognized";
            case Outcome.Failed failed -> failed.code().name().toLowerCase(Locale.ROOT);
        };
        Counter.builder("merpati.command.outcomes")
                .description("Commands by how they ended")
                .tag("code", code)
                .register(meters)
                .increment();
        return code;
    }

    void overflowed() {
        overflows.increment();
    }
}
