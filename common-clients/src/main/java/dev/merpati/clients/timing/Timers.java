package dev.merpati.clients.timing;

import java.time.Duration;

/** Runs something later. */
public interface Timers {
    /** Runs the action once, on a virtual thread of its own, so that it may block. */
    void after(Duration delay, Runnable action);
}
