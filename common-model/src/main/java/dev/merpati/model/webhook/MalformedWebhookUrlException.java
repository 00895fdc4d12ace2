package dev.merpati.model.webhook;

/** A URL to which no webhook may go. The message says why, for whoever set it. */
public final class MalformedWebhookUrlException extends Exception {
    private static final long serialVersionUID = 1L;

    MalformedWebhookUrlException(String message) {
        super(message);
    }
}
