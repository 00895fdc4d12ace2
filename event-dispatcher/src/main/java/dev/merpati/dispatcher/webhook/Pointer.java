package dev.merpati.dispatcher.webhook;

import dev.merpati.model.event.EventId;
import java.util.List;

/**
 * How far a session is that is behind the position of its webhook, because an event failed or because it has so many.
 *
 * @param event the next event of the session to deliver, or, when that is delivered, the last one
 * @param delivered whether the event is through, so that the next one of the session has to be looked up
 * @param attempts how many attempts of the event failed
 * @param firstAttempt of the event, in ms since 1970; 0 before it
 * @param nextAttempt the same; 0 for at once
 */
record Pointer(EventId event, boolean delivered, int attempts, long firstAttempt, long nextAttempt) {
    private static final String SEPARATOR = " ";
    private static final String DELIVERED = "after";
    private static final String NEXT = "at";

    static Pointer at(EventId event) {
        return new Pointer(event, false, 0, 0, 0);
    }

    static Pointer after(EventId event) {
        return new Pointer(event, true, 0, 0, 0);
    }

    Pointer dueAt(long millis) {
        return new Pointer(event, delivered, attempts, firstAttempt, millis);
    }

    /** @throws IllegalArgumentException when the text is none */
    static Pointer parse(String text) {
        List<String> parts = List.of(text.split(SEPARATOR));
        if (parts.size() != 5) {
            throw new IllegalArgumentException("a pointer has 5 parts, but this one has " + parts.size());
        }
        return new Pointer(
                EventId.parse(parts.get(1)),
                parts.get(0).equals(DELIVERED),
                Integer.parseInt(parts.get(2)),
                Long.parseLong(parts.get(3)),
                Long.parseLong(parts.get(4)));
    }

    /** As it is stored. */
    @Override
    public String toString() {
        return String.join(
                SEPARATOR,
                delivered ? DELIVERED : NEXT,
                event.toString(),
                Integer.toString(attempts),
                Long.toString(firstAttempt),
                Long.toString(nextAttempt));
    }
}
