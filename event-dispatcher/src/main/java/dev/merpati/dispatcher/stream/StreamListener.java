package dev.merpati.dispatcher.stream;

import dev.merpati.model.event.StoredEvent;
import java.time.Duration;
import java.util.List;
import java.util.Set;

/**
 * Learns which tenants this dispatcher owns and what is new in their streams. Every bean of this type is told.
 *
 * <p>Ownership is Kafka's assignment: it can be outlived by a dispatcher that was frozen, so what must not be done twice has to be
 * checked in Redis as well. The calls {@link #taken}, {@link #revoked} and {@link #lost} come from the poll thread, one at a time;
 * {@link #appended} comes from others, one at a time for a tenant, and only between the tenant's partition being taken and being
 * revoked or lost.
 */
public interface StreamListener {
    /** This dispatcher owns the partition from now on; {@code EventKeys.tenantsOfPartition(..)} has its tenants. Returns at once. */
    void taken(int partition);

    /**
     * The partitions go to another owner as soon as this returns: finishes or ends what is under way for their tenants, and
     * writes down how far it is.
     *
     * @param timeout what may be spent on it; the other partitions wait meanwhile
     */
    void revoked(Set<Integer> partitions, Duration timeout);

    /** The partitions may have another owner already: ends what is under way and writes nothing. Returns at once. */
    void lost(Set<Integer> partitions);

    /**
     * Events were appended to a tenant's stream. Returns at once and throws nothing. Not every event is told: one that was
     * appended right before a crash, or whose append answered too late, is only in the stream. {@link StoredEvent#number} shows a
     * gap.
     *
     * @param events in order, one or more
     */
    void appended(String tenantId, List<StoredEvent> events);
}
