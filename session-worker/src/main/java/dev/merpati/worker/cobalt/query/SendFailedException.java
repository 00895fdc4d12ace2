package dev.merpati.worker.cobalt.query;

import dev.merpati.worker.whatsapp.SendResult;

/** A message goes no further; nothing of it has left. */
public final class SendFailedException extends Exception {
    private static final long serialVersionUID = 1L;

    private final transient SendResult result;

    public SendFailedException(SendResult result) {
        super(result.toString(), null, false, false);
        this.result = result;
    }

    public SendResult result() {
        return result;
    }
}
