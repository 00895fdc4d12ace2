package dev.merpati.worker.settings;

import dev.merpati.media.MediaStoreSettings;
import jakarta.validation.constraints.AssertTrue;
import java.nio.file.Path;
import java.time.Duration;
import org.hibernate.validator.constraints.time.DurationMin;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/**
 * Files on their way to WhatsApp.
 *
 * @param type where they are between gateway and worker; the same for gateways and workers, as are the next two
 * @param directory of a store in a directory: on one machine, or on a volume that all share
 * @param s3 of a store in S3
 * @param budget how many bytes of files may be in this worker's memory at once
 * @param retention how old a file gets before it is swept away; longer than any command lives
 * @param sweepInterval how often that happens
 */
public record MediaSettings(
        @DefaultValue("directory") MediaStoreSettings.Type type,
        @DefaultValue("data/media") Path directory,
        @DefaultValue S3MediaSettings s3,
        @DefaultValue("256MB") DataSize budget,
        @DefaultValue("25h") @DurationMin(hours = 1) Duration retention,
        @DefaultValue("10m") @DurationMin(seconds = 1) Duration sweepInterval) {

    /** The largest file that a gateway accepts. */
    public static final DataSize LARGEST_FILE = DataSize.ofMegabytes(50);

    /** The same for the media store. */
    public MediaStoreSettings store() {
        return new MediaStoreSettings(type, directory, s3.toStore());
    }

    @AssertTrue(message = "merpati.media.budget must be 50MB to 2047MB, since the largest file must fit into it")
    boolean isBudgetInRange() {
        return budget.toBytes() >= LARGEST_FILE.toBytes() && budget.toBytes() <= Integer.MAX_VALUE;
    }
}
