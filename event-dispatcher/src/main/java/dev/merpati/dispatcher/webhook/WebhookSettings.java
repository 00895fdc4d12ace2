package dev.merpati.dispatcher.webhook;

import dev.merpati.model.webhook.WebhookUrl;
import jakarta.validation.constraints.AssertTrue;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import java.time.Duration;
import org.hibernate.validator.constraints.time.DurationMax;
import org.hibernate.validator.constraints.time.DurationMin;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;
import org.springframework.validation.annotation.Validated;

/**
 * How webhooks are delivered.
 *
 * @param secretKey encrypts the secrets of webhooks at rest: 32 bytes in Base64, the same for gateways and dispatchers. Without it
 *     nothing is delivered, and events wait
 * @param allowHttp whether endpoints without encryption may be called
 * @param allowPrivateAddresses whether endpoints in private networks and on this machine may be called
 * @param connectTimeout how long a connection to an endpoint may take, and its encryption as much again
 * @param timeout how long an attempt may take in all
 * @param maxParallel how many attempts to one webhook may be under way; each is of another session
 * @param maxInFlight how many attempts to all webhooks may be under way; beyond that each webhook has one
 * @param windowEvents how many events of one webhook are in memory at most
 * @param windowSize the same in bytes
 * @param memory for the events of all webhooks; beyond that each webhook has one event
 * @param firstRetry the pause after an event's first failed attempt. Each further one is three times as long, and random by a fifth
 * @param longestRetry the longest such pause, and the longest for which an endpoint's {@code Retry-After} is obeyed
 * @param giveUpAfter how long an event is tried; an endpoint to which nothing could be delivered for so long is disabled
 * @param failuresToPause how many attempts in a row must fail until an endpoint is only probed
 * @param pauseAfter how long all attempts must fail until an endpoint is only probed, however few they are
 * @param longestProbePause the longest pause between two probes; the first is {@code first-retry}
 * @param maxBlockedSessions how many sessions of one webhook may wait for an event that failed until the endpoint is only probed
 * @param saveInterval how often progress is written down: what was delivered since is delivered again after a crash
 * @param logEntries how many attempts of one webhook are listed at most
 * @param logRetention how long
 * @param reloadInterval how often webhooks are read again, in case that the message of a change was lost
 */
@Validated
@ConfigurationProperties("merpati.webhooks")
public record WebhookSettings(
        @DefaultValue("") String secretKey,
        @DefaultValue("false") boolean allowHttp,
        @DefaultValue("false") boolean allowPrivateAddresses,

        @DefaultValue("5s") @DurationMin(millis = 50) @DurationMax(seconds = 30)
        Duration connectTimeout,

        @DefaultValue("15s") @DurationMin(millis = 100) @DurationMax(minutes = 1)
        Duration timeout,

        @DefaultValue("32") @Min(1) @Max(1_000) int maxParallel,
        @DefaultValue("1000") @Min(1) @Max(100_000) int maxInFlight,
        @DefaultValue("256") @Min(1) @Max(10_000) int windowEvents,
        @DefaultValue("1MB") DataSize windowSize,
        @DefaultValue("64MB") DataSize memory,

        @DefaultValue("5s") @DurationMin(millis = 10) @DurationMax(hours = 1)
        Duration firstRetry,

        @DefaultValue("8h") @DurationMin(millis = 10) @DurationMax(days = 1)
        Duration longestRetry,

        @DefaultValue("3d") @DurationMin(seconds = 1) @DurationMax(days = 30)
        Duration giveUpAfter,

        @DefaultValue("10") @Min(1) @Max(1_000) int failuresToPause,

        @DefaultValue("30s") @DurationMin(millis = 10) @DurationMax(days = 1)
        Duration pauseAfter,

        @DefaultValue("10m") @DurationMin(millis = 10) @DurationMax(hours = 8)
        Duration longestProbePause,

        @DefaultValue("1000") @Min(1) @Max(100_000) int maxBlockedSessions,

        @DefaultValue("200ms") @DurationMin(millis = 1) @DurationMax(seconds = 10)
        Duration saveInterval,

        @DefaultValue("1000") @Min(1) @Max(100_000) int logEntries,

        @DefaultValue("7d") @DurationMin(minutes = 1) @DurationMax(days = 90)
        Duration logRetention,

        @DefaultValue("1m") @DurationMin(millis = 50) @DurationMax(hours = 1)
        Duration reloadInterval) {
    private static final long SMALLEST = 64L * 1_024;

    @AssertTrue(message = "merpati.webhooks.window-size must be 64KB or more")
    boolean isWindowSizeInRange() {
        return windowSize.toBytes() >= SMALLEST;
    }

    @AssertTrue(message = "merpati.webhooks.memory must not be below merpati.webhooks.window-size")
    boolean isMemoryInRange() {
        return memory.toBytes() >= windowSize.toBytes();
    }

    @AssertTrue(message = "merpati.webhooks.longest-retry must not be below merpati.webhooks.first-retry")
    boolean isLongestRetryInRange() {
        return longestRetry.compareTo(firstRetry) >= 0;
    }

    @AssertTrue(message = "merpati.webhooks.longest-probe-pause must not be below merpati.webhooks.first-retry")
    boolean isLongestProbePauseInRange() {
        return longestProbePause.compareTo(firstRetry) >= 0;
    }

    WebhookUrl.Policy policy() {
        return new WebhookUrl.Policy(allowHttp, allowPrivateAddresses);
    }

    /** Without the key. */
    @Override
    public String toString() {
        return "WebhookSettings[allowHttp=" + allowHttp + ", allowPrivateAddresses=" + allowPrivateAddresses + "]";
    }
}
