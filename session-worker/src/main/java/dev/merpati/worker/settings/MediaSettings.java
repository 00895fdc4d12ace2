package dev.merpati.worker.settings;

import jakarta.validation.constraints.AssertTrue;
import java.time.Duration;
import org.hibernate.validator.constraints.time.DurationMin;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/**
 * Files on their way to WhatsApp. Where they are between gateway and worker, under the same prefix, is told by {@link
 * dev.merpati.media.MediaStoreSettings}.
 *
 * @param budget how many bytes of files may be in this worker's memory at once
 * @param retention how old a file gets before it is swept away; longer than any command lives
 * @param sweepInterval how often that happens
 */
public record MediaSettings(
        @DefaultValue("256MB") DataSize budget,
        @DefaultValue("25h") @DurationMin(hours = 1) Duration retention,
        @DefaultValue("10m") @DurationMin(seconds = 1) Duration sweepInterval) {

    /** The largest file that a gateway accepts. */
    public static final DataSize LARGEST_FILE = DataSize.ofMegabytes(50);

    @AssertTrue(message = "merpati.media.budget must be 50MB to 2047MB, since the largest file must fit into it")
    boolean isBudgetInRange() {
        return budget.toBytes() >= LARGEST_FILE.toBytes() && budget.toBytes() <= Integer.MAX_VALUE;
    }
}
