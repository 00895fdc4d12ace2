package dev.merpati.worker.media;

/** Makes files in memory without a media store. */
public final class TestMedia {
    private TestMedia() {}

    public static LoadedMedia loaded(byte[] content, Runnable release) {
        return new LoadedMedia(content, release);
    }
}
