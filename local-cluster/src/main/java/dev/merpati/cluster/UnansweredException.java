package dev.merpati.cluster;

import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpTimeoutException;

/** The request may or may not have been received: there is no answer. */
public final class UnansweredException extends RuntimeException {
    private final IOException reason;

    UnansweredException(URI uri, IOException reason) {
        super(uri + ": " + reason, reason);
        this.reason = reason;
    }

    /** Whether the server kept the connection but did not answer in time. */
    public boolean isTimeout() {
        return reason instanceof HttpTimeoutException;
    }

    /** Whether there was no connection, and so no request. */
    public boolean isRefused() {
        return reason instanceof ConnectException;
    }
}
