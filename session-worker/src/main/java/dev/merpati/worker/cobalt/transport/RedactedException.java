package dev.merpati.worker.cobalt.transport;

/** Stands in for an exception in a log: its class and its frames without its message, which can hold numbers and texts. */
public final class RedactedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private RedactedException(Throwable original) {
        super(original.getClass().getName());
        setStackTrace(original.getStackTrace());
    }

    /** Returns a stand-in for the exception and its causes. */
    public static RedactedException of(Throwable original) {
        RedactedException redacted = new RedactedException(original);
        Throwable cause = original.getCause();
        if (cause != null && !cause.equals(original)) {
            redacted.initCause(of(cause));
        }
        return redacted;
    }
}
