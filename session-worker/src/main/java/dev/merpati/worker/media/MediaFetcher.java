package dev.merpati.worker.media;

import dev.merpati.model.outcome.Outcome;
import dev.merpati.worker.fencing.ShardLease;
import dev.merpati.worker.whatsapp.ReceivedReference;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** Puts received files into the media store. Thread-safe. */
public interface MediaFetcher {

    /**
     * Fetches a remembered file, unless it is in the media store already. Whoever asks for a file that is being fetched waits
     * for the same download. Returns at once; the download goes on whoever stops waiting.
     *
     * @return {@link Outcome.MediaFetched} or why not; never fails
     */
    CompletableFuture<Outcome> fetch(UUID sessionId, String mediaId);

    /**
     * Finds a remembered file; null when none of this id is remembered any more. Blocks; throws what Redis throws when it
     * cannot be reached.
     */
    @Nullable
    ReceivedReference find(UUID sessionId, String mediaId);

    /**
     * Remembers that a file is at another place now, and fetches it from there. Blocks until that is remembered, and throws as
     * {@link ReceivedMedia#remember} does.
     *
     * @return as {@link #fetch}
     */
    CompletableFuture<Outcome> fetchFrom(ShardLease lease, UUID sessionId, String mediaId, ReceivedReference file);

    /** Begins to remove the files of a session that is being deleted; what cannot be removed now is swept away later. */
    void forget(UUID sessionId);
}
