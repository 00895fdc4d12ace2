package dev.merpati.worker.consumer;

import dev.merpati.model.kafka.CommandHeaders;
import dev.merpati.worker.settings.WorkerSettings;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.function.BooleanSupplier;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Polls one consumer, dispatches its records and commits finished offsets. It runs no command itself and never blocks on one. */
final class PollLoop {
    private static final Logger log = LoggerFactory.getLogger(PollLoop.class);
    /** Bounds how late a partition is resumed and an offset committed. */
    private static final Duration POLL_TIMEOUT = Duration.ofMillis(50);

    private final Consumer<byte[], byte[]> consumer;
    private final Assignment assignment;
    private final CommandReader reader;
    private final DeadLetters deadLetters;
    private final ConsumerStatus status;
    private final WorkerSettings settings;
    private long nextCommit = System.nanoTime();
    private long nextReclaim = System.nanoTime();
    private boolean committing;

    PollLoop(
            Consumer<byte[], byte[]> consumer,
            Assignment assignment,
            CommandReader reader,
            DeadLetters deadLetters,
            ConsumerStatus status,
            WorkerSettings settings) {
        this.consumer = consumer;
        this.assignment = assignment;
        this.reader = reader;
        this.deadLetters = deadLetters;
        this.status = status;
        this.settings = settings;
    }

    /** Returns when told to stop; throws what the consumer throws. */
    void run(String topic, BooleanSupplier stopping) {
        consumer.subscribe(Set.of(topic), assignment);
        while (!stopping.getAsBoolean()) {
            consumer.poll(POLL_TIMEOUT).forEach(this::dispatch);
            status.polled();
            assignment.adjustFlow();
            assignment.reverifyOwnership();
            commit();
            reclaimShards();
        }
    }

    private void dispatch(ConsumerRecord<byte[], byte[]> record) {
        OwnedPartition partition = assignment.owned(new TopicPartition(record.topic(), record.partition()));
        if (partition == null) {
            return; // The partition was lost since the fetch; its next owner gets the record.
        }
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

    private void commit() {
        if (committing || System.nanoTime() - nextCommit < 0) {
            return;
        }
        nextCommit = System.nanoTime() + settings.commands().commitInterval().toNanos();
        Map<TopicPartition, OffsetAndMetadata> offsets = assignment.toCommit();
        if (offsets.isEmpty()) {
            return;
        }
        committing = true;
        consumer.commitAsync(offsets, (committed, failure) -> {
            committing = false;
            if (failure == null) {
                assignment.committed(committed);
            } else {
                log.warn("Offsets were not committed yet: {}", failure.toString());
            }
        });
    }

    private void reclaimShards() {
        if (System.nanoTime() - nextReclaim >= 0) {
            nextReclaim = System.nanoTime() + settings.ownershipHeartbeat().toNanos();
            assignment.reclaimShards();
        }
    }
}
