package dev.merpati.worker.fencing;

import dev.merpati.clients.timing.Backoff;
import dev.merpati.clients.timing.StopSignal;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;

/**
 * Retries what must be done in Redis. An outage of Redis is waited for, however long it lasts; an error that is not
 * likely to pass is met {@value #MOST_ERRORS} times and then thrown. Thread-safe.
 */
public final class FencedRetry {
    private static final Logger log = LoggerFactory.getLogger(FencedRetry.class);
    /** More than one, for errors that pass although they look as if they did not. */
    static final int MOST_ERRORS = 3;

    private final Backoff backoff;
    private final StopSignal stop;

    public FencedRetry(Backoff backoff, StopSignal stop) {
        this.backoff = backoff;
        this.stop = stop;
    }

    /**
     * Blocks until the action returned, the shard was lost, or the stop came.
     *
     * @param what names the action, for the log
     * @param action must be repeatable
     * @return what the action returned; null when the shard was lost or the stop came first
     * @throws RuntimeException the action's own, when it fails again and again although Redis is available. The caller
     *     gives up whatever needs the action, a command or a session, and lets the rest go on
     */
    public <T> @Nullable T untilDone(String what, Supplier<T> action) {
        int errors = 0;
        for (int failures = 1; !stop.isStopped(); failures++) {
            try {
                return action.get();
            } catch (FencedException e) {
                log.debug("{}: left to the shard's next owner", what);
                return null;
            } catch (RedisUnavailableException e) {
                log.debug("{}: trying again after {}", what, e.toString());
            } catch (RuntimeException e) {
                if (isOutage(e)) {
                    log.debug("{}: trying again after {}", what, e.toString());
                } else if (++errors >= MOST_ERRORS) {
                    throw e;
                } else {
                    log.warn("{}: trying again after {}", what, e.toString());
                }
            }
            stop.await(backoff.after(failures));
        }
        return null;
    }

    private static boolean isOutage(RuntimeException failure) {
        return failure instanceof DataAccessException access && !RedisErrors.isPermanent(access);
    }
}
