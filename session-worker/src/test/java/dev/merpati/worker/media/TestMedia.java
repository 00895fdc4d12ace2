package dev.merpati.worker.media;

/** Makes files in memory without a media store. */
public final class TestMedia {
    private TestMedia() {}

    public static RuntimeException storeUnavailable() {
        return new MediaStoreUnavailableException(new IllegalStateException("no answer"));
    }

    public static LoadedMedia loaded(byte[] content, Runnable release) {
        return new LoadedMedia(content, release);
    }
}
