package dev.merpati.worker.media;

import dev.merpati.worker.fencing.ShardLease;
import dev.merpati.worker.store.ReceivedMediaStore;
import dev.merpati.worker.whatsapp.IncomingContent;
import java.util.UUID;

/** Received files that are remembered in a store. Thread-safe. */
public final class ReceivedFiles implements ReceivedMedia {
    private final ReceivedMediaStore store;

    public ReceivedFiles(ReceivedMediaStore store) {
        this.store = store;
    }

    @Override
    public boolean remember(ShardLease lease, UUID sessionId, String mediaId, IncomingContent.Media media) {
        return store.remember(lease, sessionId, mediaId, media);
    }

    @Override
    public void published(ShardLease lease, UUID sessionId, String mediaId) {}
}
