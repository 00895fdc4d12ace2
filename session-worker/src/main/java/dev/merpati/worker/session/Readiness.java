package dev.merpati.worker.session;

import dev.merpati.model.outcome.FailureCode;

/** What a command that needs the connection can do now. */
sealed interface Readiness {
    /** Go on, with this connection. */
    record Ready(Connectivity.Calls connection) implements Readiness {}

    /** Give up: the session will not be connected without a person. */
    record Unavailable(FailureCode code) implements Readiness {}

    /** Its time is up. */
    record TimedOut() implements Readiness {}

    /** Leave it: the session moves to another worker. */
    record Moving() implements Readiness {}
}
