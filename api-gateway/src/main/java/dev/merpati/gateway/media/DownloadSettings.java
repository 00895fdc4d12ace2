package dev.merpati.gateway.media;

import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import java.time.Duration;
import org.hibernate.validator.constraints.time.DurationMax;
import org.hibernate.validator.constraints.time.DurationMin;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * How many received files this gateway hands out at a time, and how long it waits.
 *
 * @param maxParallel how many files at once; 0 for as many as an eighth of the heap can hold of what is on the way to slow
 *     clients
 * @param fetchTimeout how long a request waits for a worker that fetches the file from WhatsApp before it answers 202
 * @param stallTimeout a client that takes less than about a megabyte in so long is given up
 */
@Validated
@ConfigurationProperties("merpati.gateway.downloads")
record DownloadSettings(
        @DefaultValue("0") @Min(0) @Max(10_000) int maxParallel,

        @DefaultValue("30s") @DurationMin(millis = 100) @DurationMax(minutes = 5)
        Duration fetchTimeout,

        @DefaultValue("5m") @DurationMin(millis = 100) @DurationMax(hours = 1)
        Duration stallTimeout) {
    /** The server takes 128 chunks of 16 KB ahead of a slow client. */
    private static final long MEMORY_PER_DOWNLOAD = 2L * 1024 * 1024;

    private static final int SHARE_OF_HEAP = 8;
    private static final int LEAST = 8;

    /** @param heap bytes that this JVM's heap may have */
    int parallel(long heap) {
        return maxParallel > 0
                ? maxParallel
                : Math.toIntExact(Math.clamp(heap / SHARE_OF_HEAP / MEMORY_PER_DOWNLOAD, LEAST, 10_000));
    }
}
