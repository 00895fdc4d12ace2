package dev.merpati.dispatcher.consumer;

import dev.merpati.clients.kafka.DeadLetters;
import dev.merpati.clients.timing.Backoff;
import dev.merpati.dispatcher.settings.DispatcherSettings;
import dev.merpati.dispatcher.stream.FakeRedis;
import dev.merpati.dispatcher.stream.IncomingEvent;
import dev.merpati.dispatcher.stream.RedisContinuity;
import dev.merpati.dispatcher.stream.StreamListener;
import dev.merpati.dispatcher.stream.StreamMetrics;
import dev.merpati.dispatcher.stream.TenantStreams;
import dev.merpati.model.event.EventTopic;
import dev.merpati.model.event.StoredEvent;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;

/** What a partition needs, with a fake Redis, a fake producer and a clock that a test moves. */
final class AppendingFixture implements StreamListener {
    static final Duration PATIENCE = Duration.ofMinutes(1);
    private static final UUID SESSION = UUID.randomUUID();

    final EventTopic topic = new EventTopic("events", 4);
    final FakeRedis redis = new FakeRedis();
    final AtomicLong now = new AtomicLong();
    final RedisContinuity continuity = new RedisContinuity(now::get);
    final MockProducer<byte[], byte[]> letters =
            new MockProducer<>(true, null, new ByteArraySerializer(), new ByteArraySerializer());
    /** {@code tenant:number} of each event that the listener was told of, and what else it was told. */
    final List<String> told = new CopyOnWriteArrayList<>();

    /** @param settings {@code name=value} without {@code merpati.dispatcher.} */
    Appending appending(String... settings) {
        SimpleMeterRegistry meters = new SimpleMeterRegistry();
        Backoff backoff = new Backoff(Duration.ofMillis(1), Duration.ofMillis(5), new Random(1));
        DispatcherSettings bound = settings(settings);
        return new Appending(
                new TenantStreams(redis, topic, new StreamMetrics(System::nanoTime, meters)),
                this,
                continuity,
                new DeadLetters(
                        letters,
                        "events.dlt",
                        (_, action) -> action.run(),
                        backoff,
                        meters.counter("dead.letters"),
                        _ -> Map.of()),
                new PendingBytes(bound.maxPendingBytes().toBytes()),
                backoff,
                bound,
                "topic-id",
                now::get);
    }

    static DispatcherSettings settings(String... settings) {
        Map<String, String> properties = new java.util.HashMap<>();
        for (String setting : settings) {
            String[] parts = setting.split("=", 2);
            properties.put("merpati.dispatcher." + parts[0], parts[1]);
        }
        return new Binder(new MapConfigurationPropertySource(properties))
                .bindOrCreate("merpati.dispatcher", DispatcherSettings.class);
    }

    static ConsumerRecord<byte[], byte[]> record(long offset) {
        return new ConsumerRecord<>(
                "events", 0, offset, "key".getBytes(StandardCharsets.UTF_8), "{}".getBytes(StandardCharsets.UTF_8));
    }

    static void offer(OwnedPartition partition, String tenant, long offset) {
        offer(partition, tenant, offset, Instant.EPOCH);
    }

    static void offer(OwnedPartition partition, String tenant, long offset, Instant timestamp) {
        partition.offer(
                new IncomingEvent(
                        offset,
                        Instant.EPOCH,
                        IncomingEvent.hash("k" + offset),
                        tenant,
                        SESSION,
                        "message.received",
                        timestamp,
                        "{}"),
                record(offset));
    }

    @Override
    public void taken(int partition) {
        told.add("taken " + partition);
    }

    @Override
    public void revoked(Set<Integer> partitions, Duration timeout) {
        told.add("revoked " + partitions);
    }

    @Override
    public void lost(Set<Integer> partitions) {
        told.add("lost " + partitions);
    }

    @Override
    public void appended(String tenantId, List<StoredEvent> events) {
        events.forEach(event -> told.add(tenantId + ":" + event.number()));
    }
}
