package dev.merpati.dispatcher.stream;

/** Redis has lost events that were appended: they have to be appended again before others of their tenant. */
public final class EventsLostException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    EventsLostException(String tenantId) {
        super("Redis has lost events of tenant " + tenantId + " that were appended");
    }
}
