package dev.merpati.worker.consumer;

/** A record that can never be run here: it goes to the dead letters. */
final class UnusableRecordException extends RuntimeException {
    UnusableRecordException(String message) {
        super(message);
    }
}
