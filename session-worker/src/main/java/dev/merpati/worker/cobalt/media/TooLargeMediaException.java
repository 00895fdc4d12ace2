package dev.merpati.worker.cobalt.media;

import java.io.IOException;

/** The file is larger than its reader wants it. */
public final class TooLargeMediaException extends IOException {
    private static final long serialVersionUID = 1L;

    TooLargeMediaException(long limit) {
        super("the file has more than " + limit + " bytes");
    }
}
