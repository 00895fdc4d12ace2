package dev.merpati.clients.kafka;

import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.function.BooleanSupplier;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.RebalanceInProgressException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Polls one consumer, dispatches its records and commits offsets. It handles no record itself and never blocks on one. */
final class PollLoop {
    private static final Logger log = LoggerFactory.getLogger(PollLoop.class);
    /** Bounds how late a partition is resumed and an offset committed. */
    private static final Duration POLL_TIMEOUT = Duration.ofMillis(50);

    private final Consumer<byte[], byte[]> consumer;
    private final PartitionAssignment<?> assignment;
    private final GroupSettings group;
    private final ConsumerStatus status;
    private long nextCommit = System.nanoTime();
    private boolean committing;

    PollLoop(
            Consumer<byte[], byte[]> consumer,
            PartitionAssignment<?> assignment,
            GroupSettings group,
            ConsumerStatus status) {
        this.consumer = consumer;
        this.assignment = assignment;
        this.group = group;
        this.status = status;
    }

    /** Returns when told to stop; throws what the consumer throws. */
    void run(BooleanSupplier stopping) {
        consumer.subscribe(Set.of(group.topic()), assignment);
        while (!stopping.getAsBoolean()) {
            consumer.poll(POLL_TIMEOUT).forEach(assignment::dispatch);
            status.polled();
            assignment.polled();
            assignment.adjustFlow();
            commit();
        }
    }

    private void commit() {
        if (committing || System.nanoTime() - nextCommit < 0) {
            return;
        }
        nextCommit = System.nanoTime() + group.commitInterval().toNanos();
        Map<TopicPartition, OffsetAndMetadata> offsets = assignment.toCommit();
        if (offsets.isEmpty()) {
            return;
        }
        committing = true;
        consumer.commitAsync(offsets, (committed, failure) -> {
            committing = false;
            if (failure == null) {
                assignment.committed(committed);
            } else if (!(failure instanceof RebalanceInProgressException)) {
                log.warn("Offsets were not committed yet: {}", failure.toString());
            }
        });
    }
}
