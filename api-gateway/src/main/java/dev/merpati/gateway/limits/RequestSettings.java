package dev.merpati.gateway.limits;

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
 * What requests may take of this gateway, uploads aside.
 *
 * @param maxOpen how many requests of all tenants may be open at a time; each tenant may hold as many as are still free
 * @param maxSize of a JSON body; a longer one is answered 413
 * @param idleTimeout a client that sends nothing of its body for so long is answered 408
 * @param minimumRate bytes per second that a body must keep up with, {@code idleTimeout} being its allowance
 * @param timeout how long a JSON body may take in all
 * @param maxBuffered bytes of JSON bodies in memory at a time, shared by all tenants; 0 for a sixteenth of the heap
 */
@Validated
@ConfigurationProperties("merpati.gateway.requests")
public record RequestSettings(
        @DefaultValue("10000") @Min(1) @Max(10_000_000) int maxOpen,

        @DefaultValue("256KB") DataSize maxSize,

        @DefaultValue("10s") @DurationMin(millis = 100) @DurationMax(minutes = 5)
        Duration idleTimeout,

        @DefaultValue("256B") DataSize minimumRate,

        @DefaultValue("30s") @DurationMin(millis = 100) @DurationMax(minutes = 10)
        Duration timeout,

        @DefaultValue("0B") DataSize maxBuffered) {
    private static final int SHARE_OF_HEAP = 16;
    private static final DataSize LONGEST_TEXT = DataSize.ofKilobytes(64);

    public RequestSettings {
        if (maxSize.compareTo(LONGEST_TEXT) < 0 || maxSize.compareTo(DataSize.ofMegabytes(16)) > 0) {
            throw new IllegalArgumentException(
                    "merpati.gateway.requests.max-size is " + maxSize + ", allowed is 64KB to 16MB");
        }
        if (minimumRate.toBytes() < 1) {
            throw new IllegalArgumentException(
                    "merpati.gateway.requests.minimum-rate is " + minimumRate + ", allowed is 1B or more a second");
        }
        if (maxBuffered.toBytes() != 0 && maxBuffered.compareTo(maxSize) < 0) {
            throw new IllegalArgumentException("merpati.gateway.requests.max-buffered is " + maxBuffered
                    + ", allowed is 0 or at least max-size, which is " + maxSize);
        }
    }

    /**
     * Returns how many bytes of JSON bodies may be in memory at a time.
     *
     * @param heap bytes that this JVM's heap may have
     */
    public long buffered(long heap) {
        return maxBuffered.toBytes() != 0 ? maxBuffered.toBytes() : Math.max(heap / SHARE_OF_HEAP, maxSize.toBytes());
    }
}
