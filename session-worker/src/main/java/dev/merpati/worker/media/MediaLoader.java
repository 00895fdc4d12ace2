package dev.merpati.worker.media;

import dev.merpati.model.command.MediaReference;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Loads files out of the media store into memory, which is bounded. Calls block. */
public interface MediaLoader {

    /**
     * Loads a file as soon as the budget allows it.
     *
     * @return null when the budget did not allow it within the patience; to be closed when the file has been sent
     * @throws UnusableMediaException when there is no such file, or it is not the one that the reference is for
     */
    @Nullable
    LoadedMedia load(MediaReference media, Duration patience);

    /** Removes a file that is not needed any more; logs when it cannot, since it is swept away later. */
    void delete(MediaReference media);
}
