package dev.merpati.worker.cobalt.receive;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tries what has to be done about received stanzas until it succeeds, or the connection is over. Thread-safe. */
final class Attempts {
    private static final Logger log = LoggerFactory.getLogger(Attempts.class);
    private static final long FIRST_DELAY_MILLIS = 100;
    private static final long LONGEST_DELAY_MILLIS = 10_000;

    private final CountDownLatch closed = new CountDownLatch(1);

    interface Attempt<T> {
        @Nullable
        T run();
    }

    /** The connection is over: what is under way ends with a {@link ConnectionOverException}, and nothing begins any more. */
    void close() {
        closed.countDown();
    }

    boolean isClosed() {
        return closed.getCount() == 0;
    }

    /**
     * Tries until nothing is thrown: the store or the listener comes back.
     *
     * @throws ConnectionOverException when the connection ends before
     */
    @SuppressWarnings("NullAway") // What may be null is the caller's affair.
    <T> T untilDone(Attempt<T> attempt) {
        for (long delay = FIRST_DELAY_MILLIS; ; delay = Math.min(2 * delay, LONGEST_DELAY_MILLIS)) {
            if (isClosed()) {
                throw new ConnectionOverException();
            }
            try {
                return attempt.run();
            } catch (ConnectionOverException e) {
                throw e;
            } catch (RuntimeException e) {
                log.debug("What was received waits: {}", e.getClass().getName());
            }
            await(delay);
        }
    }

    private void await(long millis) {
        try {
            boolean _ = closed.await(millis, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ConnectionOverException();
        }
    }

    /** What was received is not confirmed: it comes again on the next connection. */
    static final class ConnectionOverException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        ConnectionOverException() {
            super(null, null, false, false);
        }
    }
}
