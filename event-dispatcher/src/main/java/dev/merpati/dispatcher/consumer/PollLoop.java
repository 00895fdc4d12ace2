package dev.merpati.dispatcher.consumer;

import dev.merpati.dispatcher.settings.DispatcherSettings;
import dev.merpati.dispatcher.stream.RedisContinuity;
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

/** Polls one consumer, dispatches its records and commits offsets. */
final class PollLoop {
    private static final Logger log = LoggerFactory.getLogger(PollLoop.class);
    /** Bounds how late a partition is resumed and an offset committed. */
    private static final Duration POLL_TIMEOUT = Duration.ofMillis(50);
    /** Between two looks at the connections to Redis, each of which may break many times while it is away. */
    private static final Duration REWIND_INTERVAL = Duration.ofSeconds(1);

    private final Consumer<byte[], byte[]> consumer;
    private final Assignment assignment;
    private final RedisContinuity continuity;
    private final ConsumerStatus status;
    private final DispatcherSettings settings;
    private long nextCommit = System.nanoTime();
    private long nextRewind = System.nanoTime();
    private boolean committing;

    PollLoop(
            Consumer<byte[], byte[]> consumer,
            Assignment assignment,
            RedisContinuity continuity,
            ConsumerStatus status,
            DispatcherSettings settings) {
        this.consumer = consumer;
        this.assignment = assignment;
        this.continuity = continuity;
        this.status = status;
        this.settings = settings;
    }

    /** Returns when told to stop; throws what the consumer throws. */
    void run(String topic, BooleanSupplier stopping) {
        consumer.subscribe(Set.of(topic), assignment);
        while (!stopping.getAsBoolean()) {
            consumer.poll(POLL_TIMEOUT).forEach(assignment::dispatch);
            status.polled();
            rewind();
            assignment.adjustFlow();
            commit();
        }
    }

    private void rewind() {
        if (!continuity.isWhole() && System.nanoTime() - nextRewind >= 0) {
            nextRewind = System.nanoTime() + REWIND_INTERVAL.toNanos();
            continuity.takeBreak().ifPresent(assignment::rewind);
        }
    }

    private void commit() {
        if (committing || !continuity.isWhole() || System.nanoTime() - nextCommit < 0) {
            return;
        }
        nextCommit = System.nanoTime() + settings.commitInterval().toNanos();
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
