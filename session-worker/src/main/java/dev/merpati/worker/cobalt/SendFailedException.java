package dev.merpati.worker.cobalt;

import dev.merpati.worker.whatsapp.SendResult;

/** A message goes no further; nothing of it has left. */
final class SendFailedException extends Exception {
    private static final long serialVersionUID = 1L;

    private final transient SendResult result;

    SendFailedException(SendResult result) {
        super(result.toString(), null, false, false);
        this.result = result;
    }

    SendResult result() {
        return result;
    }
}
