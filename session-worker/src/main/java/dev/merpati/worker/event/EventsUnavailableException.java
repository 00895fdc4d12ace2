package dev.merpati.worker.event;

/** An event is not stored, or nobody knows whether it is: another try may help. */
public final class EventsUnavailableException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    EventsUnavailableException(String message) {
        super(message, null, false, false);
    }
}
