package dev.merpati.dispatcher.stream;

import dev.merpati.model.event.StoredEvent;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells several listeners; a defect of one is logged and stops no other. */
public record StreamListeners(List<StreamListener> all) implements StreamListener {
    private static final Logger log = LoggerFactory.getLogger(StreamListeners.class);

    @Override
    public void taken(int partition) {
        tell(listener -> listener.taken(partition));
    }

    @Override
    public void revoked(Set<Integer> partitions, Duration timeout) {
        tell(listener -> listener.revoked(partitions, timeout));
    }

    @Override
    public void lost(Set<Integer> partitions) {
        tell(listener -> listener.lost(partitions));
    }

    @Override
    public void appended(String tenantId, List<StoredEvent> events) {
        tell(listener -> listener.appended(tenantId, events));
    }

    private void tell(Consumer<StreamListener> what) {
        for (StreamListener listener : all) {
            try {
                what.accept(listener);
            } catch (RuntimeException e) {
                log.error("A listener failed", e);
            }
        }
    }
}
