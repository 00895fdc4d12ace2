package dev.merpati.model.outcome;

import org.jspecify.annotations.Nullable;

/**
 * The message on a gateway's reply channel that a command has ended: the command's id, a blank and the stored outcome,
 * written by {@code finish-command.lua}. A notice may be lost; the record in Redis decides.
 *
 * @param outcome the stored one; null if the notice does not carry it and the record has to be read
 */
public record OutcomeNotice(String commandId, @Nullable Outcome outcome) {
    private static final char BETWEEN = ' ';

    /** Returns the text to publish. */
    public String encode() {
        return outcome == null ? commandId : commandId + BETWEEN + OutcomeCodec.encode(outcome);
    }

    /** Decodes a notice. Never fails: an outcome that cannot be read is left to the record. */
    public static OutcomeNotice decode(String text) {
        int end = text.indexOf(BETWEEN);
        return end < 0
                ? new OutcomeNotice(text, null)
                : new OutcomeNotice(text.substring(0, end), outcome(text.substring(end + 1)));
    }

    private static @Nullable Outcome outcome(String json) {
        try {
            return OutcomeCodec.decode(json);
        } catch (IllegalArgumentException e) {
            return null;
        }
    }
}
