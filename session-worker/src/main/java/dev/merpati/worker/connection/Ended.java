package dev.merpati.worker.connection;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * A connection that a session has given up.
 *
 * @param connection null when there was none
 */
record Ended(boolean wasOnline, @Nullable OpenConnection connection) {

    /** Unlinks the device if it was online, and closes the connection. */
    void unlink(Duration timeout) {
        if (connection != null && wasOnline) {
            connection.unlink(timeout);
        } else {
            abort(connection);
        }
    }

    static void abort(@Nullable OpenConnection old) {
        if (old != null) {
            old.abort();
        }
    }
}
