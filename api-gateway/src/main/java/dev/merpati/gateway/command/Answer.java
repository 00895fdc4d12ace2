package dev.merpati.gateway.command;

import dev.merpati.model.outcome.CommandState;
import dev.merpati.model.outcome.Outcome;

/** What is known of a command when its waiting request has to be answered. */
public sealed interface Answer {
    /** It has ended. */
    record Ended(Outcome outcome) implements Answer {}

    /** It has not ended yet; it may still do, and its record will say so. */
    record Pending(CommandState state) implements Answer {}

    /** Its record is gone, since its session was deleted. */
    record Gone() implements Answer {}
}
