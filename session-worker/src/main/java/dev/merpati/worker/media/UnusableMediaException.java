package dev.merpati.worker.media;

import org.jspecify.annotations.Nullable;

/** A file that can never be sent. */
public final class UnusableMediaException extends RuntimeException {
    UnusableMediaException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
