package dev.merpati.worker.fencing;

/** Redis answers with an error that no further try changes, such as WRONGTYPE. Nothing was written. */
public final class RedisRejectedException extends RuntimeException {
    RedisRejectedException(String message) {
        super(message);
    }
}
