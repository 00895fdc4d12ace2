package dev.merpati.worker.session;

import dev.merpati.model.command.Command;
import dev.merpati.model.outcome.FailureCode;
import dev.merpati.model.outcome.Outcome;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/** Times commands by type and outcome, and counts those that were refused. Every label has a fixed set of values. Thread-safe. */
public final class WorkMetrics {
    private static final Duration[] BUCKETS = Stream.of(
                    5, 10, 25, 50, 100, 250, 500, 1_000, 2_500, 5_000, 15_000, 60_000)
            .map(Duration::ofMillis)
            .toArray(Duration[]::new);

    private static final String NOT_STORED = "not_stored";

    private final Timer acknowledged;
    private final Counter overflows;
    private final Meter.MeterProvider<Timer> outcomes;

    public WorkMetrics(MeterRegistry meters) {
        acknowledged = Timer.builder("merpati.worker.message.acknowledgement")
                .description("From the publishing of a message to WhatsApp's acknowledgement of it")
                .serviceLevelObjectives(BUCKETS)
                .register(meters);
        overflows = Counter.builder("merpati.worker.commands.refused")
                .description("Commands that were refused because their session or tenant had too many waiting")
                .register(meters);
        outcomes = Timer.builder("merpati.worker.command.outcomes")
                .description("Commands by type and by how they ended, from their publishing on")
                .withRegistry(meters);
        // From the start, or a rate would miss the first of what should never happen.
        for (String type : Command.wireNames()) {
            for (String code : List.of(NOT_STORED, label(FailureCode.INTERNAL), label(FailureCode.EXPIRED))) {
                outcomes.withTags("type", type, "code", code);
            }
        }
    }

    /** A command ended; returns the label that it is counted under. */
    String ended(Command command, Outcome outcome, Duration age) {
        String code = switch (outcome) {
            case Outcome.MessageSent _ -> {
                acknowledged.record(age);
                yield "message_sent";
            }
            case Outcome.NumbersChecked _ -> "numbers_checked";
            case Outcome.SessionChanged _ -> "session_changed";
            case Outcome.PairingCode _ -> "pairing_code";
            case Outcome.MediaFetched _ -> "media_fetched";
            case Outcome.MediaRequested _ -> "media_requested";
            case Outcome.Unrecognized _ -> "unrecognized";
            case Outcome.Failed failed -> label(failed.code());
        };
        count(command, code, age);
        return code;
    }

    /** A command ended, but Redis refuses its outcome. */
    void notStored(Command command, Duration age) {
        count(command, NOT_STORED, age);
    }

    private static String label(FailureCode code) {
        return code.name().toLowerCase(Locale.ROOT);
    }

    private void count(Command command, String code, Duration age) {
        outcomes.withTags("type", command.wireName(), "code", code).record(age);
    }

    void overflowed() {
        overflows.increment();
    }
}
