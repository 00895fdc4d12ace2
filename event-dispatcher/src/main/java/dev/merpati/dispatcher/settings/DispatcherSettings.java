package dev.merpati.dispatcher.settings;

import jakarta.validation.constraints.AssertTrue;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.Pattern;
import java.time.Duration;
import org.hibernate.validator.constraints.time.DurationMax;
import org.hibernate.validator.constraints.time.DurationMin;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;
import org.springframework.validation.annotation.Validated;

/**
 * This dispatcher as a member of its group, and how it appends.
 *
 * @param id names this dispatcher, and must stay the same over its restarts: a pod's name. Two dispatchers of one id shut each
 *     other out
 * @param group the consumer group whose members share the partitions
 * @param sessionTimeout how long Kafka waits for a silent dispatcher before its partitions go to others: so long the events of
 *     a crashed one wait. The broker allows 6 s to 30 min by default
 * @param leaveGroupOnShutdown true: the partitions go to the other dispatchers at once. False: they wait for this one until the
 *     session timeout
 * @param handoverTimeout how long the hand-over of all partitions may take until what is left is cut off
 * @param revocationTimeout the same for partitions that a rebalance takes away; all others wait meanwhile
 * @param commitInterval how often offsets are committed
 * @param commitDelay how long ago an event must have been appended before its offset is committed: longer than the time of whose
 *     writes a Redis may lose when it crashes. What it lost is then read from Kafka again. Longer means only that a new owner of
 *     a partition looks at more events that are there already
 * @param maxPendingPerPartition how many events of a partition may wait in memory until no more are read from it
 * @param maxPendingBytes how many bytes of all partitions may wait in memory until no more are read
 * @param initialBackoff the pause after the first failure of Redis or Kafka; it doubles with each further one
 * @param maxBackoff the longest such pause
 * @param trimInterval how often old events are removed
 */
@Validated
@ConfigurationProperties("merpati.dispatcher")
public record DispatcherSettings(
        @DefaultValue("dispatcher")
        @Pattern(
                regexp = "[A-Za-z0-9._-]{1,100}",
                message = "must be 1 to 100 letters, digits, dots, dashes or underscores")
        String id,

        @DefaultValue("merpati-dispatchers")
        @Pattern(
                regexp = "[A-Za-z0-9._-]{1,100}",
                message = "must be 1 to 100 letters, digits, dots, dashes or underscores")
        String group,

        @DefaultValue("10s") @DurationMin(seconds = 1) @DurationMax(minutes = 30)
        Duration sessionTimeout,

        @DefaultValue("true") boolean leaveGroupOnShutdown,

        @DefaultValue("10s") @DurationMin(seconds = 1) @DurationMax(minutes = 2)
        Duration handoverTimeout,

        @DefaultValue("3s") @DurationMin(millis = 100) @DurationMax(minutes = 1)
        Duration revocationTimeout,

        @DefaultValue("1s") @DurationMin(millis = 50) @DurationMax(minutes = 1)
        Duration commitInterval,

        @DefaultValue("5s") @DurationMin(millis = 0) @DurationMax(minutes = 10)
        Duration commitDelay,

        @DefaultValue("1000") @Min(1) @Max(1_000_000) int maxPendingPerPartition,

        @DefaultValue("64MB") DataSize maxPendingBytes,

        @DefaultValue("50ms") @DurationMin(millis = 1) @DurationMax(minutes = 1)
        Duration initialBackoff,

        @DefaultValue("2s") @DurationMin(millis = 1) @DurationMax(minutes = 10)
        Duration maxBackoff,

        @DefaultValue("1m") @DurationMin(millis = 100) @DurationMax(hours = 1)
        Duration trimInterval) {

    @AssertTrue(message = "merpati.dispatcher.max-pending-bytes must be 1MB to 4GB")
    boolean isMaxPendingBytesInRange() {
        return maxPendingBytes.toBytes() >= 1 << 20 && maxPendingBytes.toBytes() <= 4L << 30;
    }

    @AssertTrue(message = "merpati.dispatcher.max-backoff must not be below merpati.dispatcher.initial-backoff")
    boolean isMaxBackoffLongEnough() {
        return maxBackoff.compareTo(initialBackoff) >= 0;
    }

    @AssertTrue(message = "merpati.dispatcher.revocation-timeout must not be above merpati.dispatcher.handover-timeout")
    boolean isRevocationShortEnough() {
        return revocationTimeout.compareTo(handoverTimeout) <= 0;
    }
}
