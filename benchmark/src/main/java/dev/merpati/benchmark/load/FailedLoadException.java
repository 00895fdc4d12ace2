package dev.merpati.benchmark.load;

/** A call failed, so that nothing that was measured counts. */
public final class FailedLoadException extends RuntimeException {
    FailedLoadException(long before, Exception cause) {
        super("a call failed after " + before + " good ones: " + cause, cause);
    }
}
