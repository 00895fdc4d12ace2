package dev.merpati.worker.cobalt.media;

import java.io.IOException;

/** A media host answered a download with a status that is no success. */
public final class MediaStatusException extends IOException {
    private static final long serialVersionUID = 1L;

    private static final int FORBIDDEN = 403;
    private static final int NOT_FOUND = 404;
    private static final int GONE = 410;

    private final int status;

    MediaStatusException(int status) {
        super("the media server says " + status);
        this.status = status;
    }

    /**
     * Whether no media host has the file any more. 403 is what an address is answered whose signature has lapsed: clients take
     * it as 404 and 410, and ask the account's phone to upload the file again.
     */
    public boolean isGone() {
        return status == FORBIDDEN || status == NOT_FOUND || status == GONE;
    }
}
