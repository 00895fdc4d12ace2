package dev.merpati.standalone;

/** Standalone cannot start, for a reason that its user can correct; the message says everything in one line. */
public final class StartupException extends RuntimeException {
    StartupException(String message) {
        super(message);
    }
}
