package dev.merpati.dispatcher.webhook;

import dev.merpati.model.event.EventId;

/**
 * A place in a stream, right after an event.
 *
 * @param number the event's number in its stream; {@link #UNKNOWN} when nothing was read there yet
 */
record Position(EventId id, long number) {
    static final long UNKNOWN = -1;

    /** Before all events. */
    static final Position START = new Position(new EventId(0, 0), UNKNOWN);

    /** Right before an event, so that it is the next one. */
    static Position before(EventId id) {
        return new Position(
                id.sequence() > 0
                        ? new EventId(id.millis(), id.sequence() - 1)
                        : new EventId(id.millis() - 1, EventId.MAX_SEQUENCE),
                UNKNOWN);
    }
}
