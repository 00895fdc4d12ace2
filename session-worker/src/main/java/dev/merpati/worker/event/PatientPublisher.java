package dev.merpati.worker.event;

import dev.merpati.clients.timing.Backoff;
import dev.merpati.clients.timing.StopSignal;
import dev.merpati.model.event.Event;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ThreadFactory;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Publishes an event for as long as it takes, or until a session or shard is no longer this worker's. Thread-safe. */
public final class PatientPublisher {
    private static final Logger log = LoggerFactory.getLogger(PatientPublisher.class);
    private static final ThreadFactory THREADS =
            Thread.ofVirtual().name("events-", 0).factory();

    private final EventPublisher events;
    private final Backoff backoff;
    private final StopSignal stop;

    /** @param stop ends the tries: what is not published is left to the shard's next owner */
    public PatientPublisher(EventPublisher events, Backoff backoff, StopSignal stop) {
        this.events = events;
        this.backoff = backoff;
        this.stop = stop;
    }

    /**
     * Publishes an event; returns soon.
     *
     * @param published runs once when it is stored, on a thread that must not be blocked; never when the stop comes first
     */
    public void publish(Event event, Runnable published) {
        CompletableFuture<Void> first = events.publish(event);
        if (first.isDone() && !first.isCompletedExceptionally()) {
            published.run();
            return;
        }
        CompletableFuture<Void> _ = first.whenComplete((_, failure) -> {
            if (failure == null) {
                published.run();
            } else {
                THREADS.newThread(() -> {
                            if (retry(event)) {
                                published.run();
                            }
                        })
                        .start();
            }
        });
    }

    /** Publishes an event and waits for it; returns false when the stop came first. */
    public boolean publishAndWait(Event event) {
        return tried(event) || retry(event);
    }

    private boolean retry(Event event) {
        for (int failures = 1; !stop.await(backoff.after(failures)); failures++) {
            if (tried(event)) {
                return true;
            }
        }
        return false;
    }

    private boolean tried(Event event) {
        try {
            events.publishAndWait(event);
            return true;
        } catch (EventsUnavailableException e) {
            log.debug("An event waits: {}", e.toString());
            return false;
        }
    }
}
