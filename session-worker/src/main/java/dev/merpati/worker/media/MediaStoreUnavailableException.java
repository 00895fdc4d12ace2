package dev.merpati.worker.media;

/** The media store did not hand out a file, which says nothing about the file: a later try may succeed. */
public final class MediaStoreUnavailableException extends RuntimeException {
    MediaStoreUnavailableException(Throwable cause) {
        super("the media store did not hand out a file", cause);
    }
}
