package dev.merpati.worker.consumer;

import dev.merpati.clients.kafka.ConsumerStatus;
import dev.merpati.clients.kafka.DeadLetters;
import dev.merpati.clients.kafka.GroupSettings;
import dev.merpati.clients.kafka.PartitionAssignment;
import dev.merpati.model.kafka.CommandHeaders;
import dev.merpati.worker.settings.WorkerSettings;
import dev.merpati.worker.shard.Shard;
import dev.merpati.worker.shard.Shards;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.Predicate;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The shards that Kafka has assigned to one consumer of this worker. For the poll thread. */
final class Assignment extends PartitionAssignment<OwnedPartition> {
    private static final Logger log = LoggerFactory.getLogger(Assignment.class);

    private final CommandReader reader;
    private final Shards shards;
    private final DeadLetters deadLetters;
    private final WorkerSettings settings;
    private final InFlightBytes inFlightBytes;
    private final Map<TopicPartition, OwnedPartition> owned;
    private long nextReclaim = System.nanoTime();
    private boolean verifying;
    private boolean reclaiming;

    /** @param owned a concurrent map, which others read for the gauges */
    Assignment(
            Consumer<byte[], byte[]> consumer,
            GroupSettings group,
            ConsumerStatus status,
            CommandReader reader,
            Shards shards,
            DeadLetters deadLetters,
            WorkerSettings settings,
            InFlightBytes inFlightBytes,
            Map<TopicPartition, OwnedPartition> owned) {
        super(consumer, group, status, owned);
        this.reader = reader;
        this.shards = shards;
        this.deadLetters = deadLetters;
        this.settings = settings;
        this.inFlightBytes = inFlightBytes;
        this.owned = owned;
    }

    @Override
    protected OwnedPartition take(TopicPartition partition) {
        Shard shard = shards.take(partition.partition());
        return new OwnedPartition(shard, settings.commands().maxInFlightPerPartition(), inFlightBytes);
    }

    /** Nothing can be consumed from a partition before its shard is open. */
    @Override
    protected void taken(Collection<TopicPartition> partitions) {
        consumer.pause(partitions);
    }

    @Override
    protected void handOver(Map<TopicPartition, OwnedPartition> leaving, Duration timeout) {
        shards.handOver(shardsOf(leaving), timeout);
        leaving.values().forEach(OwnedPartition::close);
    }

    @Override
    protected void lose(Map<TopicPartition, OwnedPartition> lost) {
        shards.abandon(shardsOf(lost));
        lost.values().forEach(OwnedPartition::close);
    }

    private static List<Shard> shardsOf(Map<TopicPartition, OwnedPartition> of) {
        return of.values().stream().map(OwnedPartition::shard).toList();
    }

    @Override
    protected void dispatch(ConsumerRecord<byte[], byte[]> record, OwnedPartition partition) {
        partition.begin(record.offset(), System.nanoTime());
        try {
            partition.run(
                    reader.read(record),
                    CommandReader.header(record, CommandHeaders.TRACE_PARENT),
                    record.offset(),
                    record.serializedValueSize());
        } catch (CommandReader.UnusableRecordException e) {
            deadLetters.add(record, String.valueOf(e.getMessage()), () -> partition.finish(record.offset()));
        } catch (RuntimeException e) {
            // Else the same record would end every consumer that comes after this one.
            log.error("A record cannot be dispatched", e);
            deadLetters.add(
                    record,
                    "a defect of the worker: " + e.getClass().getSimpleName(),
                    () -> partition.finish(record.offset()));
        }
    }

    @Override
    protected void polled() {
        reverifyOwnership();
        if (System.nanoTime() - nextReclaim >= 0) {
            nextReclaim = System.nanoTime() + settings.ownershipHeartbeat().toNanos();
            reclaimShards();
        }
    }

    /**
     * Reclaims shards that Redis says belong to another worker while Kafka has assigned them to us, which happens when a
     * former owner took its epoch later than we did. Returns at once.
     */
    void reclaimShards() {
        if (!reclaiming) {
            reclaiming = true;
            askKafka(Shard::isFenced, "The shards cannot be reclaimed yet", (confirmed, resumeAt) -> {
                reclaiming = false;
                confirmed.forEach((partition, state) ->
                        reclaim(partition, state, Objects.requireNonNull(resumeAt.get(partition))));
            });
        }
    }

    private void reclaim(TopicPartition partition, OwnedPartition fenced, OffsetAndMetadata resumeAt) {
        if (owned.get(partition) != fenced) {
            return; // It was revoked since Kafka was asked.
        }
        log.warn("Ownership confirmed by Kafka; reclaiming shard {}", partition.partition());
        shards.abandon(List.of(fenced.shard()));
        fenced.close();
        owned.put(partition, take(partition));
        taken(Set.of(partition));
        consumer.seek(partition, resumeAt);
    }

    /**
     * Asks Kafka to confirm our shards after Redis may have lost who took them; until then nothing is written or sent for
     * them. Returns at once.
     */
    void reverifyOwnership() {
        if (!verifying) {
            long generation = shards.proofGeneration();
            verifying = true;
            askKafka(Shard::isUnproven, "Ownership is not confirmed yet", (confirmed, _) -> {
                verifying = false;
                if (!confirmed.isEmpty()) {
                    log.info("Ownership confirmed by Kafka: shards {}", numbersOf(confirmed.keySet()));
                }
                confirmed.values().forEach(state -> state.shard().ownershipConfirmed(generation));
            });
        }
    }

    /**
     * Has Kafka confirm the ownership of some shards by a commit, all in one request: it accepts a commit only from the
     * member that the partition is assigned to. Returns at once; the answer comes in a later poll.
     *
     * @param answered gets the partitions that Kafka confirmed, none when it did not, and where each would resume
     */
    private void askKafka(
            Predicate<Shard> which,
            String ifNot,
            BiConsumer<Map<TopicPartition, OwnedPartition>, Map<TopicPartition, OffsetAndMetadata>> answered) {
        Map<TopicPartition, OwnedPartition> asked = new HashMap<>();
        Map<TopicPartition, OffsetAndMetadata> resumeAt = new HashMap<>();
        owned.forEach((partition, state) -> {
            if (which.test(state.shard())) {
                offsetOf(partition, state).ifPresent(offset -> {
                    asked.put(partition, state);
                    resumeAt.put(partition, new OffsetAndMetadata(offset));
                });
            }
        });
        if (asked.isEmpty()) {
            answered.accept(Map.of(), Map.of());
            return;
        }
        consumer.commitAsync(resumeAt, (_, failure) -> {
            if (failure != null) {
                log.debug("{}: {}", ifNot, failure.toString());
            }
            answered.accept(failure == null ? asked : Map.of(), resumeAt);
        });
    }

    /** Where the partition would resume; empty while the consumer does not know that yet. */
    private OptionalLong offsetOf(TopicPartition partition, OwnedPartition state) {
        OptionalLong committable = state.committable();
        if (committable.isPresent()) {
            return committable;
        }
        try {
            return OptionalLong.of(consumer.position(partition, Duration.ZERO));
        } catch (KafkaException e) {
            log.debug("The position of {} is not known yet: {}", partition, e.toString());
            return OptionalLong.empty();
        }
    }
}
