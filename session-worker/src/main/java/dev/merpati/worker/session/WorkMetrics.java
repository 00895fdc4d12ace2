package dev.merpati.worker.session;

import dev.merpati.model.outcome.Outcome;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.Locale;

/** Counts commands by outcome, and those that were refused. Every label has a fixed set of values. Thread-safe. */
public final class WorkMetrics {
    private final MeterRegistry meters;
    private final Timer acknowledged;
    private final Counter overflows;

    public WorkMetrics(MeterRegistry meters) {
        this.meters = meters;
        acknowledged = Timer.builder("merpati.worker.message.acknowledgement")
                .description("From the request to WhatsApp's acknowledgement of the message")
                .publishPercentileHistogram()
                .minimumExpectedValue(Duration.ofMillis(1))
                .maximumExpectedValue(Duration.ofMinutes(2))
                .register(meters);
        overflows = Counter.builder("merpati.worker.commands.refused")
                .description("Commands that were refused because their session or tenant had too many waiting")
                .register(meters);
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
        count(code);
        return code;
    }

    /** A command ended, but Redis refuses its outcome. */
    void notStored() {
        count("not_stored");
    }

    private void count(String code) {
        Counter.builder("merpati.worker.command.outcomes")
                .description("Commands by how they ended")
                .tag("code", code)
                .register(meters)
                .increment();
    }

    void overflowed() {
        overflows.increment();
    }
}
