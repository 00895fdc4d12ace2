package dev.merpati.dispatcher.consumer;

import dev.merpati.dispatcher.consumer.RecordReader.UnusableRecordException;
import dev.merpati.dispatcher.stream.IncomingEvent;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The partitions that Kafka has assigned to one consumer of this dispatcher. For the poll thread, which never waits for Redis. */
final class Assignment implements ConsumerRebalanceListener {
    private static final Logger log = LoggerFactory.getLogger(Assignment.class);
    private static final Duration COMMIT_TIMEOUT = Duration.ofSeconds(5);

    private final Consumer<byte[], byte[]> consumer;
    private final Appending appending;
    private final RecordReader reader;
    private final ConsumerStatus status;
    private final Map<TopicPartition, OwnedPartition> owned;
    private final BooleanSupplier topicIsTheSame;
    private final Map<TopicPartition, Long> committed = new HashMap<>();
    private boolean outdated;

    /** The topic may have been deleted and made again while it was read: its offsets have begun anew. */
    static final class TopicChangedException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        TopicChangedException(String message) {
            super(message);
        }
    }

    /**
     * @param topicIsTheSame whether the topic still has the id under which records are appended
     * @param owned a concurrent map, which others read for the gauges
     */
    Assignment(
            Consumer<byte[], byte[]> consumer,
            Appending appending,
            RecordReader reader,
            ConsumerStatus status,
            BooleanSupplier topicIsTheSame,
            Map<TopicPartition, OwnedPartition> owned) {
        this.consumer = consumer;
        this.appending = appending;
        this.reader = reader;
        this.status = status;
        this.topicIsTheSame = topicIsTheSame;
        this.owned = owned;
    }

    @Override
    public void onPartitionsAssigned(Collection<TopicPartition> partitions) {
        log.info("Assigned: {}", sorted(partitions));
        for (TopicPartition partition : partitions) {
            owned.put(partition, new OwnedPartition(appending));
            appending.listener().taken(partition.partition());
        }
        // A topic that goes or comes makes a rebalance.
        outdated = !partitions.isEmpty() && !topicIsTheSame.getAsBoolean();
        status.member(true);
    }

    @Override
    public void onPartitionsRevoked(Collection<TopicPartition> partitions) {
        log.info("Revoked: {}", sorted(partitions));
        handOver(partitions, appending.settings().revocationTimeout());
    }

    @Override
    public void onPartitionsLost(Collection<TopicPartition> partitions) {
        // A failed consumer calls this once more while it closes, when nothing is left.
        Map<TopicPartition, OwnedPartition> lost = remove(partitions);
        if (!lost.isEmpty()) {
            log.warn("Lost: {}", sorted(lost.keySet()));
            lost.values().forEach(OwnedPartition::close);
            lost.keySet().forEach(committed::remove);
            appending.listener().lost(numbers(lost.keySet()));
        }
        status.member(false);
    }

    void handOverAll() {
        handOver(Set.copyOf(owned.keySet()), appending.settings().handoverTimeout());
    }

    void loseAll() {
        onPartitionsLost(Set.copyOf(owned.keySet()));
    }

    /** @throws TopicChangedException when the record comes before one that was dispatched */
    void dispatch(ConsumerRecord<byte[], byte[]> record) {
        OwnedPartition partition = owned.get(new TopicPartition(record.topic(), record.partition()));
        if (partition == null) {
            return; // It was lost since the fetch; its next owner gets the record.
        }
        if (outdated || record.offset() < partition.nextOffset()) {
            throw new TopicChangedException("offset " + record.offset() + " comes after offset "
                    + (partition.nextOffset() - 1) + ", or the topic's id is not known to be the same");
        }
        IncomingEvent event;
        try {
            event = reader.read(record);
        } catch (UnusableRecordException e) {
            partition.refuse(record, String.valueOf(e.getMessage()));
            return;
        } catch (RuntimeException e) {
            // Else the same record would end every consumer that comes after this one.
            log.error("A record cannot be dispatched", e);
            partition.refuse(
                    record, "a defect of the dispatcher: " + e.getClass().getSimpleName());
            return;
        }
        partition.offer(event, record);
    }

    /** Pauses the partitions that have enough to do, and resumes those that can take more. */
    void adjustFlow() {
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

    /**
     * Reads again what may not have outlived a crash of Redis. What is still there is left out by its offset.
     *
     * @param brokenAt when the connection to Redis broke
     */
    void rewind(long brokenAt) {
        long safe = brokenAt - appending.settings().commitDelay().toNanos();
        Map<TopicPartition, Long> restarts = new HashMap<>();
        owned.forEach((partition, state) -> state.restartAt(safe).ifPresent(offset -> restarts.put(partition, offset)));
        restarts.forEach((partition, offset) -> {
            OwnedPartition before = owned.put(partition, new OwnedPartition(appending));
            if (before != null) {
                before.close();
            }
            consumer.seek(partition, offset);
        });
        if (!restarts.isEmpty()) {
            log.info(
                    "A connection to Redis broke: what was appended shortly before is read again, partitions {}",
                    sorted(restarts.keySet()));
        }
    }

    /** What has been appended long enough and not been committed. */
    Map<TopicPartition, OffsetAndMetadata> toCommit() {
        return toCommit(owned);
    }

    void committed(Map<TopicPartition, OffsetAndMetadata> offsets) {
        offsets.forEach((partition, offset) -> committed.merge(partition, offset.offset(), Math::max));
    }

    private void handOver(Collection<TopicPartition> partitions, Duration timeout) {
        Map<TopicPartition, OwnedPartition> leaving = remove(partitions);
        if (leaving.isEmpty()) {
            return;
        }
        long deadline = System.nanoTime() + timeout.toNanos();
        leaving.values().forEach(OwnedPartition::stop);
        // What Redis does not answer by then goes on, and the next owner's append of the same makes no difference.
        leaving.values().forEach(state -> state.awaitIdle(until(deadline).minus(timeout.dividedBy(2))));
        leaving.values().forEach(OwnedPartition::close);
        appending.listener().revoked(numbers(leaving.keySet()), until(deadline));
        try {
            consumer.commitSync(toCommit(leaving), COMMIT_TIMEOUT);
        } catch (KafkaException e) {
            log.warn("The last offsets were not committed; their records will be read again: {}", e.toString());
        }
        leaving.keySet().forEach(committed::remove);
    }

    private static Duration until(long deadline) {
        return Duration.ofNanos(Math.max(deadline - System.nanoTime(), 0));
    }

    private Map<TopicPartition, OwnedPartition> remove(Collection<TopicPartition> partitions) {
        Map<TopicPartition, OwnedPartition> removed = new HashMap<>();
        for (TopicPartition partition : partitions) {
            OwnedPartition state = owned.remove(partition);
            if (state != null) {
                removed.put(partition, state);
            }
        }
        return removed;
    }

    private Map<TopicPartition, OffsetAndMetadata> toCommit(Map<TopicPartition, OwnedPartition> of) {
        long settled = appending.nanoTime().getAsLong()
                - appending.settings().commitDelay().toNanos();
        Map<TopicPartition, OffsetAndMetadata> offsets = new HashMap<>();
        of.forEach((partition, state) -> {
            OptionalLong offset = state.settledBy(settled);
            if (offset.isPresent() && offset.getAsLong() > committed.getOrDefault(partition, -1L)) {
                offsets.put(partition, new OffsetAndMetadata(offset.getAsLong()));
            }
        });
        return offsets;
    }

    private static Set<Integer> numbers(Collection<TopicPartition> partitions) {
        return partitions.stream().map(TopicPartition::partition).collect(Collectors.toUnmodifiableSet());
    }

    private static List<Integer> sorted(Collection<TopicPartition> partitions) {
        return partitions.stream().map(TopicPartition::partition).sorted().toList();
    }
}
