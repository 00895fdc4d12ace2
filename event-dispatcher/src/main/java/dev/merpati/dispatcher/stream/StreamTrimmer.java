package dev.merpati.dispatcher.stream;

import dev.merpati.dispatcher.settings.EventSettings;
import dev.merpati.dispatcher.stream.TenantStreams.Trimmed;
import dev.merpati.model.event.StoredEvent;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;

/**
 * Removes old events of all tenants of the own partitions, whether they have new ones or not. Thread-safe.
 *
 * <p>A former owner that still trims does no harm: by the same rule, everybody removes the same.
 */
public final class StreamTrimmer implements StreamListener {
    private static final Logger log = LoggerFactory.getLogger(StreamTrimmer.class);

    /** Of one tenant, until all others had their turn. */
    private static final int MOST_CALLS = 20;

    private final TenantStreams streams;
    private final EventSettings settings;
    private final Set<Integer> partitions = ConcurrentHashMap.newKeySet();
    /** Tenants with too many events, each of which is logged once while this dispatcher runs. */
    private final Set<String> told = ConcurrentHashMap.newKeySet();

    public StreamTrimmer(TenantStreams streams, EventSettings settings) {
        this.streams = streams;
        this.settings = settings;
    }

    /** Removes all that is to go now, or what it can until Redis fails. */
    public void trim() {
        for (int partition : Set.copyOf(partitions)) {
            try {
                Set<String> tenants = streams.tenants(partition);
                while (!tenants.isEmpty()) {
                    tenants = trimOnce(partition, tenants);
                }
            } catch (DataAccessException e) {
                log.debug("Partition {} is trimmed later: {}", partition, e.toString());
            }
        }
    }

    /** Gives each tenant its turn; returns those that have more to be removed. */
    private Set<String> trimOnce(int partition, Set<String> tenants) {
        Set<String> unfinished = new HashSet<>();
        for (String tenant : tenants) {
            if (partitions.contains(partition) && trimTenant(tenant)) {
                unfinished.add(tenant);
            }
        }
        return unfinished;
    }

    /** Returns whether there is more to remove. */
    private boolean trimTenant(String tenantId) {
        for (int calls = 0; calls < MOST_CALLS; calls++) {
            Trimmed trimmed = streams.trim(tenantId, settings.retention().toMillis(), settings.maxPerTenant());
            if (trimmed.early() > 0 && told.add(tenantId)) {
                log.warn(
                        "Tenant {} has more than {} events: its oldest go before their time",
                        tenantId,
                        settings.maxPerTenant());
            }
            if (!trimmed.isFull()) {
                return false;
            }
        }
        return true;
    }

    @Override
    public void taken(int partition) {
        partitions.add(partition);
    }

    @Override
    public void revoked(Set<Integer> revoked, Duration timeout) {
        partitions.removeAll(revoked);
    }

    @Override
    public void lost(Set<Integer> lost) {
        partitions.removeAll(lost);
    }

    @Override
    public void appended(String tenantId, List<StoredEvent> events) {
        // They are young.
    }
}
