package dev.merpati.worker.consumer;

import java.util.OptionalLong;

/** The real frontier, for tests of other packages. */
public final class TestFrontier {
    private final OffsetFrontier frontier = new OffsetFrontier();

    public void begin(long offset) {
        frontier.begin(offset, 0);
    }

    public void finish(long offset) {
        frontier.finish(offset);
    }

    public OptionalLong committable() {
        return frontier.committable();
    }
}
