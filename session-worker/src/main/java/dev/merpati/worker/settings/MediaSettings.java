package dev.merpati.worker.settings;

import jakarta.validation.constraints.AssertTrue;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import java.time.Duration;
import org.hibernate.validator.constraints.time.DurationMin;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/**
 * Files on their way to and from WhatsApp. Where they are between gateway and worker, under the same prefix, is told by {@link
 * dev.merpati.media.MediaStoreSettings}.
 *
 * @param budget how many bytes of files may be in this worker's memory at once
 * @param retention how old a file gets before it is swept away; longer than any command lives
 * @param sweepInterval how often that happens
 * @param received when the files of received messages are fetched from WhatsApp: {@code on-request}, when somebody asks for one
 *     for the first time, or {@code at-once}, in the background after each message. WhatsApp keeps a file for some weeks
 * @param receivedMaxSize how large a received file may be; larger ones are not fetched. WhatsApp itself allows 2 GB
 * @param receivedMaxParallel how many received files this worker fetches at a time
 * @param receivedAtOnceMaxSize how large a file may be that is fetched at once; larger ones wait for a request
 * @param receivedAtOnceMaxWaiting how many files may wait to be fetched at once; further ones wait for a request
 */
public record MediaSettings(
        @DefaultValue("256MB") DataSize budget,
        @DefaultValue("25h") @DurationMin(hours = 1) Duration retention,
        @DefaultValue("10m") @DurationMin(seconds = 1) Duration sweepInterval,

        @DefaultValue("on-request") Received received,
        @DefaultValue("2GB") DataSize receivedMaxSize,
        @DefaultValue("8") @Min(1) @Max(256) int receivedMaxParallel,
        @DefaultValue("32MB") DataSize receivedAtOnceMaxSize,
        @DefaultValue("1000") @Min(0) @Max(1_000_000) int receivedAtOnceMaxWaiting) {

    /** When received files are fetched. */
    public enum Received {
        ON_REQUEST,
        AT_ONCE
    }

    /** The largest file that a gateway accepts. */
    public static final DataSize LARGEST_FILE = DataSize.ofMegabytes(50);

    @AssertTrue(message = "merpati.media.received-max-size must be 1MB to 16GB")
    boolean isReceivedMaxSizeInRange() {
        return receivedMaxSize.toMegabytes() >= 1 && receivedMaxSize.toGigabytes() <= 16;
    }

    @AssertTrue(message = "merpati.media.received-at-once-max-size must be 0B to merpati.media.received-max-size")
    boolean isReceivedAtOnceMaxSizeInRange() {
        return !receivedAtOnceMaxSize.isNegative() && receivedAtOnceMaxSize.compareTo(receivedMaxSize) <= 0;
    }

    @AssertTrue(message = "merpati.media.budget must be 50MB to 2047MB, since the largest file must fit into it")
    boolean isBudgetInRange() {
        return budget.toBytes() >= LARGEST_FILE.toBytes() && budget.toBytes() <= Integer.MAX_VALUE;
    }
}
