package dev.merpati.gateway.command;

import dev.merpati.model.command.Command;
import dev.merpati.model.outcome.Outcome;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.Locale;
import org.springframework.stereotype.Component;

/** Counts commands, and times how they ended. Labels are enums only. */
@Component
class CommandMetrics {
    private final Meter.MeterProvider<Counter> published;
    private final Meter.MeterProvider<Timer> outcomes;

    CommandMetrics(MeterRegistry registry) {
        this.published = Counter.builder("merpati.gateway.commands.published")
                .description("Commands that were given to Kafka, and whether it confirmed them in time")
                .withRegistry(registry);
        this.outcomes = Timer.builder("merpati.gateway.command.outcomes")
                .description("How long requests waited for their commands' outcomes, and what these were")
                .withRegistry(registry);
    }

    void published(Command command) {
        published.withTags("type", label(command), "result", "confirmed").increment();
    }

    void notPublished(Command command) {
        published.withTags("type", label(command), "result", "unconfirmed").increment();
    }

    /** @param waited from when Kafka had the command */
    void answered(Command command, SubmitResult.Progress progress, Duration waited) {
        outcomes.withTags("type", label(command), "code", codeOf(progress)).record(waited);
    }

    private static String label(Command command) {
        return command.wireName();
    }

    private static String codeOf(SubmitResult.Progress progress) {
        return switch (progress) {
            case SubmitResult.Pending pending -> "pending";
            case SubmitResult.SessionDeleted deleted -> "gone";
            case SubmitResult.Ended(Outcome.Failed failed) ->
                failed.code().name().toLowerCase(Locale.ROOT);
            case SubmitResult.Ended(Outcome.MessageSent sent) -> "ok";
            case SubmitResult.Ended(Outcome.NumbersChecked checked) -> "ok";
            case SubmitResult.Ended(Outcome.SessionChanged changed) -> "ok";
            case SubmitResult.Ended(Outcome.PairingCode code) -> "ok";
            case SubmitResult.Ended(Outcome.MediaFetched fetched) -> "ok";
            case SubmitResult.Ended(Outcome.MediaRequested requested) -> "pending";
            case SubmitResult.Ended(Outcome.Unrecognized unrecognized) -> "unknown";
        };
    }
}
