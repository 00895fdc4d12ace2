package dev.merpati.worker.media;

import dev.merpati.model.outcome.Outcome;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;

/** Puts received files into the media store. Thread-safe. */
public interface MediaFetcher {

    /**
     * Fetches a remembered file, unless it is in the media store already. Whoever asks for a file that is being fetched waits
     * for the same download. Returns at once; the download goes on whoever stops waiting.
     *
     * @return {@link Outcome.MediaFetched} or why not; never fails
     */
    CompletableFuture<Outcome> fetch(UUID sessionId, String mediaId);

    /** Begins to remove the files of a session that is being deleted; what cannot be removed now is swept away later. */
    void forget(UUID sessionId);
}
