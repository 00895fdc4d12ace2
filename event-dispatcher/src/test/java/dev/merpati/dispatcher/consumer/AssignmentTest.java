package dev.merpati.dispatcher.consumer;

import static dev.merpati.dispatcher.consumer.AppendingFixture.PATIENCE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.merpati.clients.kafka.ConsumerRestartException;
import dev.merpati.clients.kafka.ConsumerStatus;
import dev.merpati.model.event.Event;
import dev.merpati.model.event.EventCodec;
import dev.merpati.model.event.EventData;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class AssignmentTest {
    private static final long SECOND = Duration.ofSeconds(1).toNanos();
    private static final TopicPartition PARTITION = new TopicPartition("events", 1);

    private final AppendingFixture fixture = new AppendingFixture();
    private final MockConsumer<byte[], byte[]> consumer = new MockConsumer<>("earliest");
    private final Map<TopicPartition, OwnedPartition> owned = new ConcurrentHashMap<>();
    private final String tenant = Stream.generate(() -> "t-" + UUID.randomUUID())
            .filter(id -> fixture.topic.partitionOf(id) == 1)
            .findFirst()
            .orElseThrow();
    private boolean sameTopic = true;
    private int questions;
    private final Assignment assignment = new Assignment(
            consumer,
            EventConsumer.groupSettings(fixture.topic, AppendingFixture.settings()),
            new ConsumerStatus(System::nanoTime),
            fixture.appending("commit-delay=5s", "max-pending-per-partition=2"),
            new RecordReader(fixture.topic),
            () -> {
                questions++;
                return sameTopic;
            },
            owned);

    @BeforeEach
    void assign() {
        consumer.assign(List.of(PARTITION));
        consumer.updateBeginningOffsets(Map.of(PARTITION, 0L));
        assignment.onPartitionsAssigned(List.of(PARTITION));
    }

    @Test
    void commitsOnlyWhatWasAppendedLongEnoughAgo() {
        dispatch(0);
        fixture.now.set(3 * SECOND);
        dispatch(1);

        fixture.now.set(4 * SECOND);
        assertThat(assignment.toCommit()).isEmpty();
        fixture.now.set(6 * SECOND);
        assertThat(assignment.toCommit()).isEqualTo(Map.of(PARTITION, new OffsetAndMetadata(1)));
        assignment.committed(assignment.toCommit());
        assertThat(assignment.toCommit()).isEmpty();
        fixture.now.set(9 * SECOND);
        assertThat(assignment.toCommit()).isEqualTo(Map.of(PARTITION, new OffsetAndMetadata(2)));
    }

    @Test
    void readsAgainWhatRedisMayHaveLost() {
        dispatch(0);
        fixture.now.set(10 * SECOND);
        dispatch(1);
        dispatch(2);
        OwnedPartition before = owned.get(PARTITION);

        // Noticed late: what was appended right before it broke is not safe for that.
        fixture.now.set(60 * SECOND);
        assignment.rewind(11 * SECOND);

        assertThat(consumer.position(PARTITION)).isEqualTo(1);
        assertThat(owned.get(PARTITION)).isNotSameAs(before);
        assertThat(assignment.toCommit()).isEmpty();
        dispatch(1);
        dispatch(2);
        assertThat(fixture.redis.batches(tenant)).hasSize(5);
    }

    @Test
    void aBreakBeforeAnythingWasReadChangesNothing() {
        OwnedPartition before = owned.get(PARTITION);

        assignment.rewind(SECOND);

        assertThat(owned.get(PARTITION)).isSameAs(before);
    }

    @Test
    void pausesAPartitionThatHasEnoughAndResumesIt() {
        CountDownLatch latch = new CountDownLatch(1);
        fixture.redis.block(tenant, latch);
        assignment.dispatch(record(0));
        assignment.dispatch(record(1));

        assignment.adjustFlow();
        assertThat(consumer.paused()).containsExactly(PARTITION);

        latch.countDown();
        await().atMost(PATIENCE).until(() -> partition().pending() == 0);
        assignment.adjustFlow();
        assertThat(consumer.paused()).isEmpty();
    }

    @Test
    void handsOverInOrder() {
        dispatch(0);
        fixture.now.set(10 * SECOND);
        assignment.handOverAll();

        assertThat(fixture.told).containsExactly("taken 1", tenant + ":1", "revoked [1]");
        assertThat(consumer.committed(java.util.Set.of(PARTITION)).get(PARTITION))
                .isEqualTo(new OffsetAndMetadata(1));
        assertThat(owned).isEmpty();
        assignment.dispatch(record(1));
        assertThat(fixture.redis.batches(tenant))
                .as("a record of somebody else's")
                .hasSize(1);
    }

    /** Its next owner appends again what is missing, which it would not find after the commit. */
    @Test
    void commitsNothingAtTheEndThatRedisMayHaveLost() {
        dispatch(0);
        fixture.continuity.broke();
        fixture.now.set(10 * SECOND);
        assignment.handOverAll();

        assertThat(fixture.told).endsWith("revoked [1]");
        assertThat(consumer.committed(java.util.Set.of(PARTITION)).get(PARTITION))
                .isNull();
    }

    @Test
    void commitsNothingOfWhatItLost() {
        dispatch(0);
        fixture.now.set(10 * SECOND);
        assignment.loseAll();
        assignment.loseAll();

        assertThat(fixture.told).containsExactly("taken 1", tenant + ":1", "lost [1]");
        assertThat(consumer.committed(java.util.Set.of(PARTITION)).get(PARTITION))
                .isNull();
    }

    @Test
    void takesNothingFromATopicThatMayBeAnother() {
        dispatch(5);
        assertThatThrownBy(() -> assignment.dispatch(record(3))).isInstanceOf(ConsumerRestartException.class);

        sameTopic = false;
        assignment.onPartitionsAssigned(List.of(PARTITION));
        assertThatThrownBy(() -> assignment.dispatch(record(6))).isInstanceOf(ConsumerRestartException.class);
    }

    @Test
    void asksForTheTopicOnceRecordsComeAndNotWhileOthersWaitForTheRebalance() {
        sameTopic = false;
        assignment.onPartitionsAssigned(List.of(PARTITION));
        assignment.onPartitionsAssigned(List.of());
        assertThat(questions).isZero();

        sameTopic = true;
        dispatch(0);
        dispatch(1);
        assertThat(questions).isOne();
    }

    private OwnedPartition partition() {
        return Objects.requireNonNull(owned.get(PARTITION));
    }

    /** Dispatches a record and waits until it is appended. */
    private void dispatch(long offset) {
        assignment.dispatch(record(offset));
        await().atMost(PATIENCE).until(() -> partition().pending() == 0);
    }

    private ConsumerRecord<byte[], byte[]> record(long offset) {
        Event event = Event.of(
                "k" + offset,
                tenant,
                UUID.randomUUID(),
                Instant.EPOCH,
                new EventData.Status("connected", null, null, null));
        return new ConsumerRecord<>(
                "events", 1, offset, tenant.getBytes(StandardCharsets.UTF_8), EventCodec.encode(event));
    }
}
