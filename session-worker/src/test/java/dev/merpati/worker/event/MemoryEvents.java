package dev.merpati.worker.event;

import dev.merpati.model.event.Event;
import dev.merpati.worker.fencing.ShardLease;
import dev.merpati.worker.media.ReceivedMedia;
import dev.merpati.worker.whatsapp.ReceivedReference;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;

/** The topic of events in memory, which can be away, and what is known of received files. */
public final class MemoryEvents implements EventPublisher, ReceivedMedia {
    /** All that was stored, each time that it was. */
    public final List<Event> events = new CopyOnWriteArrayList<>();

    public final List<String> files = new CopyOnWriteArrayList<>();
    /** Files whose events are published. */
    public final List<String> publishedFiles = new CopyOnWriteArrayList<>();

    public volatile boolean away;
    /** Stores the next event and says that it did not. */
    public volatile boolean loseNextAnswer;

    @Override
    public CompletableFuture<Void> publish(Event event) {
        if (away) {
            return CompletableFuture.failedFuture(new IllegalStateException("Kafka is away"));
        }
        events.add(event);
        if (loseNextAnswer) {
            loseNextAnswer = false;
            return CompletableFuture.failedFuture(new IllegalStateException("no answer"));
        }
        return CompletableFuture.completedFuture(null);
    }

    /** The data of all events of a type, in order. */
    public List<String> data(String type) {
        return events.stream()
                .filter(event -> event.type().equals(type))
                .map(event -> event.data().toString())
                .toList();
    }

    @Override
    public boolean remember(ShardLease lease, UUID sessionId, String mediaId, ReceivedReference file) {
        files.add(mediaId);
        return true;
    }

    @Override
    public void published(ShardLease lease, UUID sessionId, String mediaId) {
        publishedFiles.add(mediaId);
    }
}
