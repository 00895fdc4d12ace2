package dev.merpati.clients.timing;

import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * Exponential back-off with full jitter: a random wait between zero and a bound that doubles with every try, so that many
 * who failed together do not retry together. Thread-safe when the random generator is.
 */
public record Backoff(Duration initial, Duration max, RandomGenerator random) {
    /** More would overflow; every sensible maximum is reached long before. */
    private static final int MOST_DOUBLINGS = 30;

    /** @param failures how many tries have failed in a row, 1 or more */
    public Duration after(int failures) {
        long doublings = 1L << Math.min(Math.max(failures - 1, 0), MOST_DOUBLINGS);
        long bound = initial.toMillis() > max.toMillis() / doublings ? max.toMillis() : initial.toMillis() * doublings;
        return Duration.ofMillis(random.nextLong(bound + 1));
    }
}
