package dev.merpati.gateway.command;

import dev.merpati.model.outcome.CommandState;
import dev.merpati.model.outcome.Outcome;

/**
 * What a request knows of its command when it has to be answered.
 *
 * @param isNew false when the command's id had been submitted before, so that this request's command was not used
 */
public record SubmitResult(boolean isNew, Progress progress) {

    /** How far a command has come. */
    public sealed interface Progress {}

    /** It has ended. */
    public record Ended(Outcome outcome) implements Progress {}

    /** It has not ended yet; its record will tell when it does. */
    public record Pending(CommandState state) implements Progress {}

    /** Its record is gone because its session was deleted; whether it was run is unknown. */
    public record SessionDeleted() implements Progress {}
}
