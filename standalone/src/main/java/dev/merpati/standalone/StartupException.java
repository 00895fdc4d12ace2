package dev.merpati.standalone;

/** Standalone cannot start, for a reason that its user can mend; the message says it all in one line. */
public final class StartupException extends RuntimeException {
    StartupException(String message) {
        super(message);
    }
}
