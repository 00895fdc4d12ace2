package dev.merpati.worker.command;

import dev.merpati.model.outcome.CommandRecord;
import dev.merpati.model.outcome.FailureCode;
import dev.merpati.model.outcome.Outcome;
import java.time.Duration;

/**
 * How a command ends.
 *
 * @param outcome what to store
 * @param ifStartedBefore what to store instead when the record says that an earlier owner had begun the command; the
 *     same as the outcome when that makes no difference
 * @param outlivesSession whether the record is kept apart from its session's, since the session is gone
 */
public record Ending(Outcome outcome, Outcome ifStartedBefore, boolean outlivesSession) {
    /** How long the answer about a session that is gone is kept: long enough for the gateway to read it. */
    private static final Duration KEPT_AFTER_SESSION = Duration.ofSeconds(60);

    public static Ending of(Outcome outcome) {
        return new Ending(outcome, outcome, false);
    }

    /** The end of a command whose session is gone, by this command or before it. */
    public static Ending ofGone(Outcome outcome) {
        return new Ending(outcome, outcome, true);
    }

    /** A failure of a command of which nothing left this worker; what an earlier owner sent of it is unknown. */
    public static Ending unsent(FailureCode code, String detail) {
        return new Ending(
                Outcome.Failed.of(code, detail), unacknowledged(detail).outcome(), false);
    }

    /** The end of a message that may have left. */
    public static Ending unacknowledged(String detail) {
        return of(Outcome.Failed.of(FailureCode.NOT_ACKNOWLEDGED, detail));
    }

    Duration timeToLive() {
        return outlivesSession ? KEPT_AFTER_SESSION : CommandRecord.TIME_TO_LIVE;
    }
}
