package dev.merpati.worker.event;

import dev.merpati.model.event.Event;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;

/**
 * Publishes events. Those of one tenant are kept in the order in which they were first handed over, unless some of them
 * fail. An event that failed may have been stored all the same: publish it again under its key. Thread-safe.
 */
public interface EventPublisher {

    /**
     * Hands an event over and returns soon.
     *
     * @return completes when the event is stored so that the loss of a broker loses nothing, or with what went wrong, on
     *     a thread that must not be blocked
     */
    CompletableFuture<Void> publish(Event event);

    /**
     * As {@link #publish}, and waits until the event is stored.
     *
     * @throws EventsUnavailableException when it is not, for all that is known
     */
    default void publishAndWait(Event event) {
        await(publish(event));
    }

    /** @throws EventsUnavailableException when what was handed over is not stored */
    static void await(CompletableFuture<?> published) {
        try {
            published.get();
        } catch (ExecutionException e) {
            throw new EventsUnavailableException(String.valueOf(e.getCause()));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new EventsUnavailableException("interrupted");
        }
    }
}
