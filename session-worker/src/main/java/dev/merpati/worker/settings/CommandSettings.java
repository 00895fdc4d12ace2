package dev.merpati.worker.settings;

import jakarta.validation.constraints.AssertTrue;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import java.time.Duration;
import org.hibernate.validator.constraints.time.DurationMax;
import org.hibernate.validator.constraints.time.DurationMin;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/**
 * How commands are run. A wait between tries is random, between nothing and a bound that starts at the initial back-off
 * and doubles up to the longest one.
 *
 * @param mailboxSize how many commands of one session may wait; further ones fail as {@code SESSION_BUSY}
 * @param refusableFor how old a command may be that fails as {@code SESSION_BUSY}. Older ones are taken however many
 *     wait, and fill their partition until it is paused: their senders were told that they are on their way. So it must be
 *     below the gateways' {@code merpati.gateway.send-timeout}
 * @param maxInFlightPerPartition how many commands of one partition may be in flight before no more are taken from it; one
 *     poll can overshoot it by 500. Tenants and sessions share it, so that none can use it up: see {@code FairAdmission}
 * @param maxInFlightBytes the same in bytes for all partitions of this worker together
 * @param commitInterval how often finished offsets are committed
 * @param attemptTimeout how long one try of a send waits for WhatsApp's acknowledgement
 * @param checkTimeout how long one question about numbers waits for its answer
 * @param initialBackoff between tries of what may yet succeed: a send, a write to Redis
 * @param maxBackoff the longest such wait
 * @param registeredNumbersTtl how long a number that is on WhatsApp is not asked for again before a send
 * @param registeredNumbersSize how many such numbers are remembered
 */
public record CommandSettings(
        @DefaultValue("64") @Min(1) @Max(10_000) int mailboxSize,

        @DefaultValue("20s") @DurationMin(seconds = 0) @DurationMax(minutes = 5)
        Duration refusableFor,

        @DefaultValue("1000") @Min(2) @Max(100_000) int maxInFlightPerPartition,
        @DefaultValue("64MB") DataSize maxInFlightBytes,

        @DefaultValue("500ms") @DurationMin(millis = 10) @DurationMax(minutes = 1)
        Duration commitInterval,

        @DefaultValue("20s") @DurationMin(millis = 100) @DurationMax(minutes = 2)
        Duration attemptTimeout,

        @DefaultValue("10s") @DurationMin(millis = 100) @DurationMax(minutes = 2)
        Duration checkTimeout,

        @DefaultValue("250ms") @DurationMin(millis = 10) @DurationMax(minutes = 1)
        Duration initialBackoff,

        @DefaultValue("5s") @DurationMin(millis = 10) @DurationMax(minutes = 10)
        Duration maxBackoff,

        @DefaultValue("1h") @DurationMin(seconds = 0) @DurationMax(days = 7)
        Duration registeredNumbersTtl,

        @DefaultValue("100000") @Min(0) @Max(10_000_000) int registeredNumbersSize) {

    @AssertTrue(message = "merpati.worker.commands.max-in-flight-bytes must be 1MB or more")
    boolean isMaxInFlightBytesInRange() {
        return maxInFlightBytes.toBytes() >= 1_000_000;
    }

    @AssertTrue(
            message = "merpati.worker.commands.max-backoff must not be below merpati.worker.commands.initial-backoff")
    boolean isMaxBackoffInRange() {
        return maxBackoff.compareTo(initialBackoff) >= 0;
    }
}
