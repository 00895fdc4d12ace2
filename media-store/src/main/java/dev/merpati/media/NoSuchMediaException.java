package dev.merpati.media;

/** The store has no file of this id: it was removed, or never stored. */
public final class NoSuchMediaException extends RuntimeException {
    public NoSuchMediaException(String mediaId) {
        super("no media of id " + mediaId);
    }
}
