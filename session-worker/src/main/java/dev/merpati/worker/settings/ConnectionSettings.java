package dev.merpati.worker.settings;

import jakarta.validation.constraints.AssertTrue;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import java.time.Duration;
import org.hibernate.validator.constraints.time.DurationMax;
import org.hibernate.validator.constraints.time.DurationMin;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * How connections to WhatsApp are opened, opened again and closed.
 *
 * @param perSecond how many paired sessions this worker connects per second, and how many pairings it begins
 * @param maxConcurrentLogins how many of each may be logging in at once; one that takes longer than 5 s no longer counts
 * @param startJitter a session of a shard that was just taken waits a random part of it before it connects
 * @param initialBackoff the bound of the random wait before the first reconnect; doubles with every further one
 * @param maxBackoff the longest such bound
 * @param stableAfter a connection that lasted this long starts the back-off afresh
 * @param rateLimitedBackoff the wait after WhatsApp refused because the account does too much; at least half of it
 * @param closeTimeout how long a connection may take to save its credentials and close; at most half of the hand-over's
 *     time, so that the other half is left for the command that is under way
 * @param troubleToldAfter how long a connected session may be without its connection before its tenant is told by an
 *     event: one that is back sooner, or has moved to another worker by then, is no news
 * @param unlinkTimeout how long an unlinking waits, for the connection and then for WhatsApp's answer
 */
public record ConnectionSettings(
        @DefaultValue("25") @Min(1) @Max(10_000) int perSecond,
        @DefaultValue("20") @Min(1) @Max(10_000) int maxConcurrentLogins,

        @DefaultValue("1s") @DurationMin(seconds = 0) @DurationMax(minutes = 10)
        Duration startJitter,

        @DefaultValue("1s") @DurationMin(millis = 10) @DurationMax(minutes = 10)
        Duration initialBackoff,

        @DefaultValue("2m") @DurationMin(millis = 10) @DurationMax(hours = 1)
        Duration maxBackoff,

        @DefaultValue("30s") @DurationMin(seconds = 0) @DurationMax(hours = 1)
        Duration stableAfter,

        @DefaultValue("10m") @DurationMin(millis = 10) @DurationMax(hours = 24)
        Duration rateLimitedBackoff,

        @DefaultValue("8s") @DurationMin(millis = 100) @DurationMax(minutes = 1)
        Duration closeTimeout,

        @DefaultValue("5s") @DurationMin(seconds = 0) @DurationMax(minutes = 5)
        Duration troubleToldAfter,

        @DefaultValue("5s") @DurationMin(millis = 100) @DurationMax(minutes = 1)
        Duration unlinkTimeout) {

    @AssertTrue(
            message = "merpati.worker.connections.max-backoff must not be below"
                    + " merpati.worker.connections.initial-backoff")
    boolean isMaxBackoffInRange() {
        return maxBackoff.compareTo(initialBackoff) >= 0;
    }
}
