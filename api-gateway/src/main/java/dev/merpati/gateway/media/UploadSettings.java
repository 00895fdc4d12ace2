package dev.merpati.gateway.media;

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
 * How many files this gateway takes in, and how slowly.
 *
 * @param maxParallel how many at once; 0 for as many as a quarter of the heap can hold, by what one costs with the media
 *     store that is configured
 * @param maxWaiting how many more may wait for their turn, unread; further ones are refused at once
 * @param maxWait how long one waits for its turn until it is refused
 * @param stallTimeout a client that sends nothing for so long is given up
 * @param minimumRate bytes per second that an upload must keep up with, {@code stallTimeout} being its allowance
 * @param timeout how long one upload may take in all; a client that takes longer is given up
 */
@Validated
@ConfigurationProperties("merpati.gateway.uploads")
record UploadSettings(
        @DefaultValue("0") @Min(0) @Max(10_000) int maxParallel,
        @DefaultValue("64") @Min(0) @Max(10_000) int maxWaiting,

        @DefaultValue("20s") @DurationMin(millis = 10) @DurationMax(minutes = 5)
        Duration maxWait,

        @DefaultValue("30s") @DurationMin(millis = 100) @DurationMax(minutes = 10)
        Duration stallTimeout,

        @DefaultValue("4KB") DataSize minimumRate,

        @DefaultValue("10m") @DurationMin(seconds = 1) @DurationMax(hours = 1)
        Duration timeout) {
    /** What reading a form takes besides: network buffers and their copies. */
    private static final long READING = 4L * 1024 * 1024;

    private static final int SHARE_OF_HEAP = 4;

    UploadSettings {
        if (minimumRate.toBytes() < 1) {
            throw new IllegalArgumentException(
                    "merpati.gateway.uploads.minimum-rate is " + minimumRate + ", allowed is 1B or more a second");
        }
    }

    /**
     * The number of parallel uploads, which is at least one.
     *
     * @param heap bytes that this JVM's heap may have
     * @param storing bytes that the media store takes for one upload
     */
    int parallel(long heap, long storing) {
        return maxParallel > 0
                ? maxParallel
                : Math.toIntExact(Math.clamp(heap / SHARE_OF_HEAP / (READING + storing), 1, 10_000));
    }
}
