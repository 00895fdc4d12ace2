package dev.merpati.worker.fencing;

import dev.merpati.worker.timing.Backoff;
import dev.merpati.worker.timing.StopSignal;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;

/** Retries what must be done in Redis until it is done, the shard is lost, or it is told to stop. Thread-safe. */
public final class FencedRetry {
    private static final Logger log = LoggerFactory.getLogger(FencedRetry.class);

    private final Backoff backoff;
    private final StopSignal stop;

    public FencedRetry(Backoff backoff, StopSignal stop) {
        this.backoff = backoff;
        this.stop = stop;
    }

    /**
     * Blocks until the action returned.
     *
     * @param what the action, for the log
     * @param action must be repeatable
     * @return what the action returned; null when the shard was lost or the stop came first
     */
    public <T> @Nullable T untilDone(String what, Supplier<T> action) {
        for (int failures = 1; !stop.isStopped(); failures++) {
            try {
                return action.get();
            } catch (FencedException e) {
                log.debug("{}: left to the shard's next owner", what);
                return null;
            } catch (RedisUnavailableException | DataAccessException e) {
                log.debug("{}: trying again after {}", what, e.toString());
            } catch (RuntimeException e) {
                log.warn("{}: trying again after {}", what, e.toString());
            }
            stop.await(backoff.after(failures));
        }
        return null;
    }
}
