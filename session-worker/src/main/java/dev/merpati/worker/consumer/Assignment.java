package dev.merpati.worker.consumer;

import dev.merpati.worker.settings.WorkerSettings;
import dev.merpati.worker.shard.Shard;
import dev.merpati.worker.shard.Shards;
import java.time.Duration;
import java.util.ArrayList;
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
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The partitions that Kafka has assigned to one consumer of this worker. For the poll thread. */
final class Assignment implements ConsumerRebalanceListener {
    private static final Logger log = LoggerFactory.getLogger(Assignment.class);
    private static final Duration COMMIT_TIMEOUT = Duration.ofSeconds(5);

    private final Consumer<byte[], byte[]> consumer;
    private final Shards shards;
    private final WorkerSettings settings;
    private final ConsumerStatus status;
    private final InFlightBytes inFlightBytes;
    private final Map<TopicPartition, OwnedPartition> owned;
    private boolean verifying;
    private boolean reclaiming;

    /** @param owned a concurrent map, which others read for the gauges */
    Assignment(
            Consumer<byte[], byte[]> consumer,
            Shards shards,
            WorkerSettings settings,
            ConsumerStatus status,
            InFlightBytes inFlightBytes,
            Map<TopicPartition, OwnedPartition> owned) {
        this.consumer = consumer;
        this.shards = shards;
        this.settings = settings;
        this.status = status;
        this.inFlightBytes = inFlightBytes;
        this.owned = owned;
    }

    @Override
    public void onPartitionsAssigned(Collection<TopicPartition> partitions) {
        log.info("Assigned: {}", numbersOf(partitions));
        partitions.forEach(this::take);
        // Nothing can be consumed from a partition before its shard is open.
        consumer.pause(partitions);
        status.member(true);
    }

    @Override
    public void onPartitionsRevoked(Collection<TopicPartition> partitions) {
        log.info("Revoked: {}", numbersOf(partitions));
        handOver(partitions, settings.revocationTimeout());
    }

    @Override
    public void onPartitionsLost(Collection<TopicPartition> partitions) {
        // A failed consumer calls this once more while it closes, when nothing is left.
        Map<TopicPartition, OwnedPartition> lost = remove(partitions);
        if (!lost.isEmpty()) {
            log.warn("Lost: {}", numbersOf(lost.keySet()));
        }
        shards.abandon(lost.values().stream().map(OwnedPartition::shard).toList());
        lost.values().forEach(OwnedPartition::close);
        status.member(false);
    }

    void handOverAll() {
        handOver(Set.copyOf(owned.keySet()), settings.handoverTimeout());
    }

    void loseAll() {
        onPartitionsLost(Set.copyOf(owned.keySet()));
    }

    @Nullable
    OwnedPartition owned(TopicPartition partition) {
        return owned.get(partition);
    }

    /** Pauses the partitions that have enough in flight, and resumes those that can take more. */
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

    /** What has been finished and not been committed. */
    Map<TopicPartition, OffsetAndMetadata> toCommit() {
        return toCommit(owned);
    }

    void committed(Map<TopicPartition, OffsetAndMetadata> offsets) {
        offsets.forEach((partition, offset) -> {
            OwnedPartition state = owned.get(partition);
            if (state != null) {
                state.committed(offset.offset());
            }
        });
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
        take(partition);
        consumer.pause(Set.of(partition));
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

    private void take(TopicPartition partition) {
        Shard shard = shards.take(partition.partition());
        owned.put(partition, new OwnedPartition(shard, settings.commands().maxInFlightPerPartition(), inFlightBytes));
    }

    private void handOver(Collection<TopicPartition> partitions, Duration timeout) {
        Map<TopicPartition, OwnedPartition> leaving = remove(partitions);
        if (leaving.isEmpty()) {
            return;
        }
        shards.handOver(leaving.values().stream().map(OwnedPartition::shard).toList(), timeout);
        leaving.values().forEach(OwnedPartition::close);
        try {
            consumer.commitSync(toCommit(leaving), COMMIT_TIMEOUT);
        } catch (KafkaException e) {
            log.warn("The last offsets were not committed; their records will be redelivered: {}", e.toString());
        }
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

    private static Map<TopicPartition, OffsetAndMetadata> toCommit(Map<TopicPartition, OwnedPartition> of) {
        Map<TopicPartition, OffsetAndMetadata> offsets = new HashMap<>();
        of.forEach((partition, state) ->
                state.toCommit().ifPresent(offset -> offsets.put(partition, new OffsetAndMetadata(offset))));
        return offsets;
    }

    private static List<Integer> numbersOf(Collection<TopicPartition> partitions) {
        return partitions.stream().map(TopicPartition::partition).sorted().toList();
    }
}
