package dev.merpati.worker.consumer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.merpati.clients.kafka.ConsumerStatus;
import dev.merpati.clients.kafka.DeadLetters;
import dev.merpati.clients.timing.Backoff;
import dev.merpati.model.kafka.CommandTopic;
import dev.merpati.model.redis.RedisKeys;
import dev.merpati.model.shard.ShardMap;
import dev.merpati.worker.fencing.FencedRedis;
import dev.merpati.worker.fencing.OwnershipProof;
import dev.merpati.worker.fencing.ShardOwnership;
import dev.merpati.worker.session.SessionFixture;
import dev.merpati.worker.settings.TestSettings;
import dev.merpati.worker.settings.WorkerSettings;
import dev.merpati.worker.shard.Shard;
import dev.merpati.worker.shard.Shards;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.CommitFailedException;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.consumer.OffsetCommitCallback;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.data.redis.core.StringRedisTemplate;
import org.springframework.data.redis.core.script.RedisScript;

/** What Kafka is asked about the ownership of shards, on a poll thread that must not wait for the answer. */
class AssignmentTest {
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final List<TopicPartition> PARTITIONS = IntStream.range(0, 16)
            .mapToObj(number -> new TopicPartition("commands", number))
            .toList();

    private final FakeRedis redis = new FakeRedis();
    private final HeldConsumer consumer = new HeldConsumer();
    private final OwnershipProof proof = new OwnershipProof();
    private final Map<TopicPartition, OwnedPartition> owned = new HashMap<>();
    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private final SessionFixture sessions = new SessionFixture();
    private final WorkerSettings settings = TestSettings.with().worker();
    private final Shards shards = shards();
    private final Assignment assignment = new Assignment(
            consumer,
            CommandConsumer.groupSettings(new CommandTopic("commands", PARTITIONS.size()), settings),
            new ConsumerStatus(System::nanoTime),
            new CommandReader(new ShardMap(PARTITIONS.size())),
            shards,
            new DeadLetters(
                    new MockProducer<>(true, null, new ByteArraySerializer(), new ByteArraySerializer()),
                    "commands.dlt",
                    sessions.timers,
                    new Backoff(Duration.ofMillis(1), Duration.ofMillis(1), new Random(1)),
                    meters.counter("dead.letters"),
                    CommandReader::logContext),
            settings,
            new InFlightBytes(1_000_000),
            owned);

    @BeforeEach
    void assign() {
        sessions.store.records.clear();
        consumer.assign(PARTITIONS);
        consumer.updateBeginningOffsets(PARTITIONS.stream().collect(Collectors.toMap(partition -> partition, _ -> 5L)));
        assignment.onPartitionsAssigned(PARTITIONS);
        awaitOpen();
    }

    @Test
    void reclaimsAllShardsByOneCommitThatItDoesNotWaitFor() {
        fence();
        List<Shard> before = ownedShards();

        assignment.reclaimShards();
        assignment.reclaimShards();
        assertThat(consumer.commits).as("one question, for all shards").hasSize(1);
        assertThat(consumer.commits.getFirst().offsets()).containsOnlyKeys(PARTITIONS);
        assertThat(ownedShards())
                .as("nothing is taken before Kafka has answered")
                .isEqualTo(before);
        consumer.answer(null);

        assertThat(ownedShards()).doesNotContainAnyElementsOf(before);
        awaitOpen();
        assertThat(consumer.paused()).containsAll(PARTITIONS);
        assertThat(consumer.position(PARTITIONS.getFirst())).isEqualTo(5);
    }

    @Test
    void asksAgainWhenKafkaDidNotConfirm() {
        fence();
        List<Shard> before = ownedShards();

        assignment.reclaimShards();
        consumer.answer(new CommitFailedException());
        assertThat(ownedShards()).isEqualTo(before);
        assignment.reclaimShards();

        assertThat(consumer.commits).hasSize(2);
    }

    @Test
    void leavesAShardAloneThatWasRevokedBeforeTheAnswer() {
        fence();
        assignment.reclaimShards();
        assignment.onPartitionsLost(PARTITIONS.subList(0, 1));

        consumer.answer(null);

        assertThat(owned).containsOnlyKeys(PARTITIONS.subList(1, PARTITIONS.size()));
    }

    @Test
    void asksAgainWhenTheAnswerComesAtOnce() {
        consumer.answersAtOnce = true;
        proof.invalidate();
        assignment.reverifyOwnership();
        assertThat(ownedShards()).noneMatch(Shard::isUnproven);
        proof.invalidate();

        assignment.reverifyOwnership();

        assertThat(ownedShards()).noneMatch(Shard::isUnproven);
    }

    private void fence() {
        redis.fenced = true;
        shards.confirm();
        await().atMost(PATIENCE).until(() -> ownedShards().stream().allMatch(Shard::isFenced));
        redis.fenced = false;
    }

    private void awaitOpen() {
        await().atMost(PATIENCE).until(shards::areOpen);
    }

    private List<Shard> ownedShards() {
        return PARTITIONS.stream().map(owned::get).map(OwnedPartition::shard).toList();
    }

    private Shards shards() {
        RedisKeys keys = new RedisKeys(new ShardMap(PARTITIONS.size()));
        FencedRedis fenced = new FencedRedis(redis, keys, proof, System::nanoTime, meters);
        return new Shards(
                new ShardOwnership(fenced, keys, "w1", PATIENCE, System::nanoTime, meters),
                sessions.store,
                sessions.factory,
                new Backoff(Duration.ofMillis(1), Duration.ofMillis(1), new Random(1)),
                meters);
    }

    /** Gives away epochs, and refuses them all when the test says so. */
    private static final class FakeRedis extends StringRedisTemplate {
        private final AtomicLong epoch = new AtomicLong();
        private volatile boolean fenced;

        @Override
        @SuppressWarnings("unchecked")
        public <T> T execute(RedisScript<T> script, List<String> keys, Object... args) {
            if (script.getScriptAsString().startsWith("-- Takes a shard")) {
                return (T) List.of(String.valueOf(epoch.incrementAndGet()));
            }
            return (T) (fenced ? List.of("FENCED") : List.of("OK"));
        }
    }

    /** Answers a commit when the test says so, and never lets anybody wait for one. */
    private static final class HeldConsumer extends MockConsumer<byte[], byte[]> {
        private record Commit(Map<TopicPartition, OffsetAndMetadata> offsets, OffsetCommitCallback callback) {}

        private final List<Commit> commits = new ArrayList<>();
        private boolean answersAtOnce;

        HeldConsumer() {
            super("earliest");
        }

        @Override
        public synchronized void commitSync(Map<TopicPartition, OffsetAndMetadata> offsets, Duration timeout) {
            throw new AssertionError("the poll thread would wait for " + offsets.keySet());
        }

        @Override
        public synchronized void commitAsync(
                Map<TopicPartition, OffsetAndMetadata> offsets, OffsetCommitCallback callback) {
            commits.add(new Commit(offsets, callback));
            if (answersAtOnce) {
                answer(null);
            }
        }

        void answer(@Nullable Exception failure) {
            Commit latest = commits.getLast();
            latest.callback().onComplete(latest.offsets(), failure);
        }
    }
}
