package dev.merpati.clients.kafka;

/** The consumer cannot go on as it is, for a reason that is no failure: its partitions count as lost, and the next one is created. */
public class ConsumerRestartException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** @param message says why, for the log */
    public ConsumerRestartException(String message) {
        super(message);
    }
}
