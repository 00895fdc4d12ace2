package dev.merpati.testlogging;

import java.time.Duration;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * Lets every test that awaits a condition look at once, soon again, and then less and less often; Awaitility by itself looks
 * every 100 ms and for the first time after as long, which most of the hundreds of waits of a test class do not need. Who
 * says nothing else has a minute of patience, so that a busy machine fails no test. JUnit detects it in every module that
 * depends on this one.
 */
public final class PromptWaiting implements BeforeAllCallback {
    private static final long SHORTEST_MILLIS = 2;
    private static final long LONGEST_MILLIS = 100;
    private static final Duration PATIENCE = Duration.ofMinutes(1);

    @Override
    public void beforeAll(ExtensionContext context) {
        Awaitility.setDefaultTimeout(PATIENCE);
        // No fixed interval: so the first look is not delayed either.
        Awaitility.setDefaultPollInterval((looks, _) -> pause(looks));
    }

    /** @param looks how often the condition did not hold so far, 1 or more */
    static Duration pause(int looks) {
        long doubled = SHORTEST_MILLIS << Math.clamp(looks - 1, 0, 10);
        return Duration.ofMillis(Math.min(doubled, LONGEST_MILLIS));
    }
}
