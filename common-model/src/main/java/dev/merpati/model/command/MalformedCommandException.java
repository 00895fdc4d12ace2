package dev.merpati.model.command;

/** A Kafka record that can never be executed, however often it is delivered. The message quotes no content. */
public final class MalformedCommandException extends RuntimeException {
    MalformedCommandException(String message) {
        super(message);
    }
}
