package dev.merpati.worker.cobalt.media;

import java.io.IOException;

/** What came is not the file that was sent. */
public final class CorruptMediaException extends IOException {
    private static final long serialVersionUID = 1L;

    CorruptMediaException(String message) {
        super(message);
    }
}
