package dev.merpati.model.command;

import org.jspecify.annotations.Nullable;

/** A Kafka record that can never be executed, however often it is delivered. */
public final class MalformedCommandException extends RuntimeException {
    MalformedCommandException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
