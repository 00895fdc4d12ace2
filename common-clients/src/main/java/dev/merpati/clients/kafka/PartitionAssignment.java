package dev.merpati.clients.kafka;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The partitions that Kafka has assigned to one consumer: takes, hands over and loses them, pauses those that have enough, and
 * says which offsets to commit. What a partition is, the program says. For the poll thread.
 *
 * @param <P> what the program keeps of a partition
 */
public abstract class PartitionAssignment<P extends PartitionState> implements ConsumerRebalanceListener {
    private static final Logger log = LoggerFactory.getLogger(PartitionAssignment.class);
    private static final Duration COMMIT_TIMEOUT = Duration.ofSeconds(5);

    protected final Consumer<byte[], byte[]> consumer;
    private final GroupSettings group;
    private final ConsumerStatus status;
    private final Map<TopicPartition, P> owned;
    private final Map<TopicPartition, Long> committed = new HashMap<>();

    /** @param owned a concurrent map, which others read for the gauges */
    protected PartitionAssignment(
            Consumer<byte[], byte[]> consumer,
            GroupSettings group,
            ConsumerStatus status,
            Map<TopicPartition, P> owned) {
        this.consumer = consumer;
        this.group = group;
        this.status = status;
        this.owned = owned;
    }

    /** Begins to own a partition. */
    protected abstract P take(TopicPartition partition);

    /** Comes after all new partitions were taken, and before anything is read from them. */
    protected void taken(Collection<TopicPartition> partitions) {}

    /** Ends the ownership cleanly, within the timeout. Comes before the last commit; the partitions are no longer owned. */
    protected abstract void handOver(Map<TopicPartition, P> leaving, Duration timeout);

    /** Ends the ownership of partitions that others may own already. */
    protected abstract void lose(Map<TopicPartition, P> lost);

    /**
     * Takes a record, and never waits for what becomes of it.
     *
     * @param state of the record's partition
     * @throws ConsumerRestartException when it cannot come from where the partition was read before
     */
    protected abstract void dispatch(ConsumerRecord<byte[], byte[]> record, P state);

    /** Is called after each poll. */
    protected void polled() {}

    /** Whether what is finished may be committed now. */
    protected boolean mayCommit() {
        return true;
    }

    @Override
    public final void onPartitionsAssigned(Collection<TopicPartition> partitions) {
        log.info("Assigned: {}", numbersOf(partitions));
        partitions.forEach(partition -> owned.put(partition, take(partition)));
        taken(partitions);
        status.member(true);
    }

    @Override
    public final void onPartitionsRevoked(Collection<TopicPartition> partitions) {
        log.info("Revoked: {}", numbersOf(partitions));
        handOver(partitions, group.revocationTimeout());
    }

    @Override
    public final void onPartitionsLost(Collection<TopicPartition> partitions) {
        // A failed consumer calls this once more while it closes, when nothing is left.
        Map<TopicPartition, P> lost = remove(partitions);
        if (!lost.isEmpty()) {
            log.warn("Lost: {}", numbersOf(lost.keySet()));
            lost.keySet().forEach(committed::remove);
            lose(lost);
        }
        status.member(false);
    }

    /** Hands everything over, at the end of a consumer that goes regularly. */
    public final void handOverAll() {
        handOver(Set.copyOf(owned.keySet()), group.handoverTimeout());
    }

    /** Gives everything up, at the end of a consumer that failed. */
    public final void loseAll() {
        onPartitionsLost(Set.copyOf(owned.keySet()));
    }

    /** Dispatches a record, unless its partition was lost since it was fetched: then its next owner gets it. */
    public final void dispatch(ConsumerRecord<byte[], byte[]> record) {
        P state = owned.get(new TopicPartition(record.topic(), record.partition()));
        if (state != null) {
            dispatch(record, state);
        }
    }

    /** Pauses the partitions that have enough in flight, and resumes those that can take more. */
    public final void adjustFlow() {
        Set<TopicPartition> paused = consumer.paused();
        List<TopicPartition> toPause = new ArrayList<>();
        List<TopicPartition> toResume = new ArrayList<>();
        owned.forEach((partition, state) -> {
            boolean wants = state.wantsRecords();
            if (wants && paused.contains(partition)) {
                toResume.add(partition);
            } else if (!wants && !paused.contains(partition)) {
                toPause.add(partition);
            }
        });
        consumer.pause(toPause);
        consumer.resume(toResume);
    }

    /** What can be committed and was not. */
    public final Map<TopicPartition, OffsetAndMetadata> toCommit() {
        return mayCommit() ? toCommit(owned) : Map.of();
    }

    /** Kafka has confirmed a commit. */
    public final void committed(Map<TopicPartition, OffsetAndMetadata> offsets) {
        offsets.forEach((partition, offset) -> {
            if (owned.containsKey(partition)) {
                committed.merge(partition, offset.offset(), Math::max);
            }
        });
    }

    private void handOver(Collection<TopicPartition> partitions, Duration timeout) {
        Map<TopicPartition, P> leaving = remove(partitions);
        if (leaving.isEmpty()) {
            return;
        }
        handOver(leaving, timeout);
        try {
            consumer.commitSync(mayCommit() ? toCommit(leaving) : Map.of(), COMMIT_TIMEOUT);
        } catch (KafkaException e) {
            log.warn("The last offsets were not committed; their records will be redelivered: {}", e.toString());
        }
        leaving.keySet().forEach(committed::remove);
    }

    private Map<TopicPartition, P> remove(Collection<TopicPartition> partitions) {
        Map<TopicPartition, P> removed = new HashMap<>();
        for (TopicPartition partition : partitions) {
            P state = owned.remove(partition);
            if (state != null) {
                removed.put(partition, state);
            }
        }
        return removed;
    }

    private Map<TopicPartition, OffsetAndMetadata> toCommit(Map<TopicPartition, P> of) {
        Map<TopicPartition, OffsetAndMetadata> offsets = new HashMap<>();
        of.forEach((partition, state) -> {
            OptionalLong offset = state.committable();
            if (offset.isPresent() && offset.getAsLong() > committed.getOrDefault(partition, -1L)) {
                offsets.put(partition, new OffsetAndMetadata(offset.getAsLong()));
            }
        });
        return offsets;
    }

    /** The partitions' numbers, for the log. */
    protected static List<Integer> numbersOf(Collection<TopicPartition> partitions) {
        return partitions.stream().map(TopicPartition::partition).sorted().toList();
    }
}
