package dev.merpati.dispatcher.consumer;

import dev.merpati.clients.kafka.ConsumerRestartException;
import dev.merpati.clients.kafka.ConsumerStatus;
import dev.merpati.clients.kafka.GroupSettings;
import dev.merpati.clients.kafka.PartitionAssignment;
import dev.merpati.dispatcher.consumer.RecordReader.UnusableRecordException;
import dev.merpati.dispatcher.stream.IncomingEvent;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The partitions that Kafka has assigned to one consumer of this dispatcher. For the poll thread, which never waits for Redis. */
final class Assignment extends PartitionAssignment<OwnedPartition> {
    private static final Logger log = LoggerFactory.getLogger(Assignment.class);
    /** Between two looks at the connections to Redis, each of which may break many times while it is away. */
    private static final Duration REWIND_INTERVAL = Duration.ofSeconds(1);

    private final Appending appending;
    private final RecordReader reader;
    private final Map<TopicPartition, OwnedPartition> owned;
    private final BooleanSupplier topicIsTheSame;
    private long nextRewind = System.nanoTime();
    /** Whether records may be of another topic than the one whose offsets are known. */
    private boolean unverified;

    /**
     * @param topicIsTheSame whether the topic still has the id under which records are appended
     * @param owned a concurrent map, which others read for the gauges
     */
    Assignment(
            Consumer<byte[], byte[]> consumer,
            GroupSettings group,
            ConsumerStatus status,
            Appending appending,
            RecordReader reader,
            BooleanSupplier topicIsTheSame,
            Map<TopicPartition, OwnedPartition> owned) {
        super(consumer, group, status, owned);
        this.appending = appending;
        this.reader = reader;
        this.topicIsTheSame = topicIsTheSame;
        this.owned = owned;
    }

    @Override
    protected OwnedPartition take(TopicPartition partition) {
        return new OwnedPartition(appending);
    }

    @Override
    protected void taken(Collection<TopicPartition> partitions) {
        partitions.forEach(partition -> appending.listener().taken(partition.partition()));
        // A topic that goes or comes makes a rebalance. It is asked for with the first record: a Kafka that is just
        // coming back answers rebalances before it answers this, and others would wait meanwhile.
        unverified |= !partitions.isEmpty();
    }

    @Override
    protected void handOver(Map<TopicPartition, OwnedPartition> leaving, Duration timeout) {
        long deadline = System.nanoTime() + timeout.toNanos();
        leaving.values().forEach(OwnedPartition::stop);
        // What Redis does not answer by then goes on, and the next owner's append of the same makes no difference.
        leaving.values().forEach(state -> state.awaitIdle(until(deadline).minus(timeout.dividedBy(2))));
        leaving.values().forEach(OwnedPartition::close);
        appending.listener().revoked(numbers(leaving.keySet()), until(deadline));
    }

    private static Duration until(long deadline) {
        return Duration.ofNanos(Math.max(deadline - System.nanoTime(), 0));
    }

    @Override
    protected void lose(Map<TopicPartition, OwnedPartition> lost) {
        lost.values().forEach(OwnedPartition::close);
        appending.listener().lost(numbers(lost.keySet()));
    }

    /** @throws ConsumerRestartException when the record comes before one that was dispatched: a topic that was made anew begins with 0 */
    @Override
    protected void dispatch(ConsumerRecord<byte[], byte[]> record, OwnedPartition partition) {
        if (unverified) {
            unverified = !topicIsTheSame.getAsBoolean();
        }
        if (unverified || record.offset() < partition.nextOffset()) {
            throw new ConsumerRestartException(
                    "The topic " + record.topic() + " seems to have been made again: offset " + record.offset()
                            + " comes after offset " + (partition.nextOffset() - 1)
                            + ", or the topic's id is not known to be the same");
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

    @Override
    protected void polled() {
        if (!appending.continuity().isWhole() && System.nanoTime() - nextRewind >= 0) {
            nextRewind = System.nanoTime() + REWIND_INTERVAL.toNanos();
            appending.continuity().takeBreak().ifPresent(this::rewind);
        }
    }

    @Override
    protected boolean mayCommit() {
        return appending.continuity().isWhole();
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
                    numbersOf(restarts.keySet()));
        }
    }

    private static Set<Integer> numbers(Collection<TopicPartition> partitions) {
        return partitions.stream().map(TopicPartition::partition).collect(Collectors.toUnmodifiableSet());
    }
}
