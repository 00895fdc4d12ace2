package dev.merpati.gateway.command;

import dev.merpati.model.command.Command;
import dev.merpati.model.outcome.Outcome;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.Locale;
import org.springframework.stereotype.Component;

/** Counts commands, and times how they ended. Labels are enums only. */
@Component
class CommandMetrics {
    private static final String PUBLISHED = "merpati.gateway.commands.published";

    private final MeterRegistry registry;

    CommandMetrics(MeterRegistry registry) {
        this.registry = registry;
    }

    void published(Command command) {
        registry.counter(PUBLISHED, "type", label(command), "result", "confirmed")
                .increment();
    }

    void notPublished(Command command) {
        registry.counter(PUBLISHED, "type", label(command), "result", "unconfirmed")
                .increment();
    }

    /** @param waited from when Kafka had the command */
    void answered(Command command, SubmitResult.Progress progress, Duration waited) {
        registry.timer("merpati.gateway.command.outcomes", "type", label(command), "code", codeOf(progress))
                .record(waited);
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
            case SubmitResult.Ended(Outcome.Unrecognized unrecognized) -> "unknown";
        };
    }
}
