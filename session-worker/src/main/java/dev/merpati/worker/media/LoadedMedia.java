package dev.merpati.worker.media;

/** A file in memory, which counts against the budget until it is closed. */
public final class LoadedMedia implements AutoCloseable {
    private final byte[] content;
    private final Runnable release;

    LoadedMedia(byte[] content, Runnable release) {
        this.content = content;
        this.release = release;
    }

    public byte[] content() {
        return content;
    }

    /** Called once. */
    @Override
    public void close() {
        release.run();
    }
}
