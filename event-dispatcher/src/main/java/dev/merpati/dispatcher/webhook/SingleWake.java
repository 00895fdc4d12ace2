package dev.merpati.dispatcher.webhook;

import dev.merpati.clients.timing.Timers;
import java.time.Duration;
import java.time.InstantSource;

/** Wakes something at the earliest time that was asked for last, with as few timers as possible; now and then too early. Not thread-safe. */
final class SingleWake {
    /** So that a timer for a far future never outlives its webhook for long. */
    private static final long LONGEST = Duration.ofMinutes(1).toMillis();

    private final Timers timers;
    private final InstantSource clock;
    private final Runnable action;
    private long set = Long.MAX_VALUE;

    SingleWake(Timers timers, InstantSource clock, Runnable action) {
        this.timers = timers;
        this.clock = clock;
        this.action = action;
    }

    /** @param millis since 1970; the greatest number for never */
    void at(long millis) {
        long now = clock.millis();
        if (set <= now) {
            set = Long.MAX_VALUE;
        }
        if (millis >= set || millis == Long.MAX_VALUE) {
            return;
        }
        long pause = Math.clamp(millis - now, 1, LONGEST);
        set = now + pause;
        timers.after(Duration.ofMillis(pause), action);
    }
}
