package dev.merpati.worker.store;

import dev.merpati.model.outcome.CommandRecord;
import dev.merpati.model.outcome.FailureCode;
import dev.merpati.model.outcome.Outcome;
import java.time.Duration;

/**
 * What to store of a command that ends.
 *
 * @param outcome how it ended
 * @param ifStartedBefore the outcome to store instead when the record says that an earlier owner had begun the command; the
 *     same as the outcome when that makes no difference
 * @param outlivesSession whether the record is kept apart from its session's, since the session is gone
 */
public record Completion(Outcome outcome, Outcome ifStartedBefore, boolean outlivesSession) {
    /** How long the answer about a session that is gone is kept: long enough for the gateway to read it. */
    private static final Duration KEPT_AFTER_SESSION = Duration.ofSeconds(60);

    public static Completion of(Outcome outcome) {
        return new Completion(outcome, outcome, false);
    }

    /** The same for a command whose session is gone, by this command or before it. */
    public Completion outlivingSession() {
        return new Completion(outcome, ifStartedBefore, true);
    }

    /** A failure of a command of which nothing left this worker; what an earlier owner sent of it is unknown. */
    public static Completion unsent(FailureCode code, String detail) {
        return new Completion(
                Outcome.Failed.of(code, detail), unacknowledged(detail).outcome(), false);
    }

    /** The end of a message that may have left. */
    public static Completion unacknowledged(String detail) {
        return of(Outcome.Failed.of(FailureCode.NOT_ACKNOWLEDGED, detail));
    }

    Duration timeToLive() {
        return outlivesSession ? KEPT_AFTER_SESSION : CommandRecord.TIME_TO_LIVE;
    }
}
