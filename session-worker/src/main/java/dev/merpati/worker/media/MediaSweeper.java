package dev.merpati.worker.media;

import dev.merpati.media.MediaStore;
import dev.merpati.model.media.ReceivedFile;
import dev.merpati.worker.settings.MediaSettings;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Removes files that no command can need any more, such as those of gateways that crashed between upload and publish, and
 * received files whose events are not kept any more.
 * Every worker sweeps; that several do it at once does no harm.
 */
public final class MediaSweeper {
    private static final Logger log = LoggerFactory.getLogger(MediaSweeper.class);
    private static final Duration STORE_TIMEOUT = Duration.ofMinutes(5);

    private final MediaStore store;
    private final InstantSource clock;
    private final Duration retention;
    private final Duration receivedRetention;

    /** @param eventRetention how long events are kept */
    public MediaSweeper(MediaStore store, InstantSource clock, MediaSettings settings, Duration eventRetention) {
        this.store = store;
        this.clock = clock;
        this.retention = settings.retention();
        this.receivedRetention = eventRetention.plus(ReceivedFile.GRACE);
    }

    /** Sweeps once; logs when it cannot. */
    public void sweep() {
        try {
            Instant now = clock.instant();
            Instant sent = now.minus(retention);
            Instant received = now.minus(receivedRetention);
            @Nullable
            Integer swept = store.deleteStoredBefore(name -> ReceivedFile.isNameInStore(name) ? received : sent)
                    .block(STORE_TIMEOUT);
            if (swept != null && swept > 0) {
                log.info("Swept {} files that nobody needs any more", swept);
            }
        } catch (RuntimeException e) {
            log.warn("The media store could not be swept: {}", e.toString());
        }
    }
}
