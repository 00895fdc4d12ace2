package dev.merpati.worker.cobalt.receive;

/** A stanza that lacks what its kind must have. */
final class MalformedStanzaException extends Exception {
    private static final long serialVersionUID = 1L;

    MalformedStanzaException(String message) {
        super(message, null, false, false);
    }
}
