package dev.merpati.worker.consumer;

import java.util.OptionalLong;

/** The real tracker, for tests of other packages. */
public final class TestOffsetTracker {
    private final OffsetTracker offsets = new OffsetTracker();

    public void begin(long offset) {
        offsets.begin(offset, 0);
    }

    public void finish(long offset) {
        offsets.finish(offset);
    }

    public OptionalLong committable() {
        return offsets.committable();
    }
}
