package dev.merpati.worker.media;

import java.util.concurrent.atomic.AtomicBoolean;

/** A file in memory, which counts against the budget until it is closed. */
public final class LoadedMedia implements AutoCloseable {
    private final byte[] content;
    private final Runnable release;
    private final AtomicBoolean closed = new AtomicBoolean();

    LoadedMedia(byte[] content, Runnable release) {
        this.content = content;
        this.release = release;
    }

    public byte[] content() {
        return content;
    }

    /** Gives the memory back. Idempotent. */
    @Override
    public void close() {
        if (closed.compareAndSet(false, true)) {
            release.run();
        }
    }
}
