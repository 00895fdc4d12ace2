package dev.merpati.chaos.inbound;

import dev.merpati.chaos.ledger.Written;

/**
 * What an event is about. A message that was received and one that was sent are of one sort, so that a message under the wrong
 * type is found.
 *
 * @param what {@code message}, or the type of the event where it changes another message
 * @param messageId of the message that the event is about
 */
record Subject(String what, String messageId) {
    private static final String MESSAGE = "message";

    /** No two things that are written have the same. */
    static Subject of(Written one) {
        return of(one.kind().eventType(), one.messageId());
    }

    static Subject of(String eventType, String messageId) {
        boolean whole = eventType.equals("message.received") || eventType.equals("message.sent");
        return new Subject(whole ? MESSAGE : eventType, messageId);
    }
}
