package dev.merpati.worker.media;

import dev.merpati.model.command.MediaReference;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** Loads files out of the media store into memory, which is bounded. Loading blocks. */
public interface MediaLoader {
    /**
     * Whose turn it is to have a file in memory: the budget is divided among tenants, and a tenant's oldest comes first.
     *
     * @param since when its command was issued
     */
    record Turn(String tenantId, Instant since) {}

    /**
     * Loads a file as soon as the budget allows it.
     *
     * @param patience how long to wait for the budget
     * @param timeout how long the media store may take then, if that is not too long anyway
     * @return null when the budget did not allow it within the patience; to be closed when the file has been sent
     * @throws UnusableMediaException when there is no such file, or it is not the one that the reference is for
     * @throws MediaStoreUnavailableException when the media store did not hand it out; a later try may succeed
     */
    @Nullable
    LoadedMedia load(MediaReference media, Turn turn, Duration patience, Duration timeout);

    /** Begins to remove a file that is not needed any more; logs when it cannot, since it is swept away later. */
    void delete(MediaReference media);
}
