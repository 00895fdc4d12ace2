package dev.merpati.worker.fencing;

import org.jspecify.annotations.Nullable;

/** Redis cannot be asked now; whether it ran the script is unknown. To be tried again. */
public final class RedisUnavailableException extends RuntimeException {
    RedisUnavailableException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
