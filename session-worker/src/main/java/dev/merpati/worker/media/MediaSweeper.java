package dev.merpati.worker.media;

import dev.merpati.media.MediaStore;
import dev.merpati.worker.settings.MediaSettings;
import java.time.Duration;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Removes files that no command can need any more, such as those of gateways that crashed between upload and publish.
 * Every worker sweeps; that several do it at once does no harm.
 */
public final class MediaSweeper {
    private static final Logger log = LoggerFactory.getLogger(MediaSweeper.class);
    private static final Duration STORE_TIMEOUT = Duration.ofMinutes(5);

    private final MediaStore store;
    private final InstantSource clock;
    private final Duration retention;

    public MediaSweeper(MediaStore store, InstantSource clock, MediaSettings settings) {
        this.store = store;
        this.clock = clock;
        this.retention = settings.retention();
    }

    /** Sweeps once; logs when it cannot. */
    public void sweep() {
        try {
            @Nullable
            Integer swept =
                    store.deleteStoredBefore(clock.instant().minus(retention)).block(STORE_TIMEOUT);
            if (swept != null && swept > 0) {
                log.info("Swept {} files that nobody needs any more", swept);
            }
        } catch (RuntimeException e) {
            log.warn("The media store could not be swept: {}", e.toString());
        }
    }
}
