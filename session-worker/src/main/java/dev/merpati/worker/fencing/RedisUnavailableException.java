package dev.merpati.worker.fencing;

import org.jspecify.annotations.Nullable;

/** Redis cannot be reached; whether it ran the script is unknown. Worth another try. */
public final class RedisUnavailableException extends RuntimeException {
    RedisUnavailableException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
