package dev.merpati.dispatcher;

import static org.awaitility.Awaitility.await;

import dev.merpati.dispatcher.stream.StreamListener;
import dev.merpati.model.event.Event;
import dev.merpati.model.event.EventCodec;
import dev.merpati.model.event.EventData;
import dev.merpati.model.event.EventKeys;
import dev.merpati.model.event.EventTopic;
import dev.merpati.model.event.StoredEvent;
import dev.merpati.testing.RedisServer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.springframework.data.domain.Range;
import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;
import org.springframework.data.redis.core.StringRedisTemplate;

/** A topic of its own, an empty Redis, workers' events, and as many dispatchers as a test starts. */
public abstract class EventFixture {
    protected static final Duration PATIENCE = Duration.ofMinutes(1);

    protected final EventTopic topic = new EventTopic("it-" + UUID.randomUUID(), 4);
    protected final UUID session = UUID.randomUUID();
    private final KafkaProducer<byte[], byte[]> producer = new KafkaProducer<>(
            Map.of("bootstrap.servers", Services.kafka().bootstrapServers(), "acks", "all", "linger.ms", 0),
            new ByteArraySerializer(),
            new ByteArraySerializer());
    private final LettuceConnectionFactory connections;
    protected final StringRedisTemplate redis;
    private final List<TestDispatcher> dispatchers = new ArrayList<>();

    protected EventFixture() {
        this(Services.redis());
    }

    protected EventFixture(RedisServer server) {
        connections = new LettuceConnectionFactory(server.host(), server.port());
        connections.afterPropertiesSet();
        connections.start();
        redis = new StringRedisTemplate(connections);
        redis.execute((org.springframework.data.redis.core.RedisCallback<Object>) connection -> {
            connection.serverCommands().flushAll();
            return "";
        });
    }

    protected final void makeTopics() {
        makeTopic(topic.name());
        makeTopic(topic.deadLetterName());
    }

    protected final void makeTopic(String name) {
        admin(admin -> {
            admin.createTopics(List.of(new NewTopic(name, Optional.of(topic.partitions()), Optional.empty())))
                    .all()
                    .get();
            await().atMost(PATIENCE)
                    .until(() -> admin.listTopics().names().get().contains(name));
        });
    }

    /** What a test asks of Kafka. */
    protected interface AdminCall {
        void run(Admin admin) throws ExecutionException, InterruptedException;
    }

    protected static void admin(AdminCall call) {
        try (Admin admin =
                Admin.create(Map.of("bootstrap.servers", Services.kafka().bootstrapServers()))) {
            call.run(admin);
        } catch (ExecutionException | InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    protected final TestDispatcher start(String id, String... properties) {
        return start(id, null, properties);
    }

    /** Starts a dispatcher and returns when it has its part of the partitions. */
    protected final TestDispatcher start(String id, @Nullable StreamListener listener, String... properties) {
        TestDispatcher dispatcher = startUnready(id, listener, properties);
        await().atMost(PATIENCE).until(dispatcher::isReady);
        return dispatcher;
    }

    protected final TestDispatcher startUnready(String id, @Nullable StreamListener listener, String... properties) {
        TestDispatcher dispatcher = new TestDispatcher(id, topic, listener, properties);
        dispatchers.add(dispatcher);
        return dispatcher;
    }

    /** An event with a text that is also its key. */
    protected final Event event(String tenant, String text) {
        return new Event(
                text,
                tenant,
                session,
                "message.received",
                Instant.parse("2026-11-27T10:00:00Z"),
                EventCodec.tree(new EventData.Reaction(text, "1", "1", false, "", Instant.EPOCH)));
    }

    protected final void publish(String tenant, String... texts) {
        Stream.of(texts).forEach(text -> publish(event(tenant, text)));
    }

    protected final void publish(Event event) {
        publish(event.tenantId(), topic.partitionOf(event.tenantId()), EventCodec.encode(event));
    }

    protected final void publish(String key, int partition, byte @Nullable [] value) {
        try {
            producer.send(new ProducerRecord<>(topic.name(), partition, key.getBytes(StandardCharsets.UTF_8), value))
                    .get();
        } catch (ExecutionException | InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** A tenant whose events are in a partition. */
    protected final String tenantIn(int partition) {
        return Stream.generate(() -> "t-" + UUID.randomUUID())
                .filter(id -> topic.partitionOf(id) == partition)
                .findFirst()
                .orElseThrow();
    }

    protected final List<StoredEvent> stream(String tenant) {
        return Objects.requireNonNull(
                        redis.<String, String>opsForStream().range(EventKeys.stream(tenant), Range.unbounded()))
                .stream()
                .map(entry -> StoredEvent.of(entry.getId().getValue(), entry.getValue()))
                .toList();
    }

    /** The texts of a tenant's events, see {@link #event}. */
    protected final List<String> texts(String tenant) {
        return texts(stream(tenant));
    }

    protected static List<String> texts(List<StoredEvent> events) {
        return events.stream()
                .map(event -> event.data().replaceFirst(".*\"messageId\":\"([^\"]*)\".*", "$1"))
                .toList();
    }

    protected static String[] numbered(int from, int to) {
        return IntStream.range(from, to).mapToObj(String::valueOf).toArray(String[]::new);
    }

    protected final void awaitTexts(String tenant, String... texts) {
        await().atMost(PATIENCE).until(() -> texts(tenant).size() >= texts.length);
        org.assertj.core.api.Assertions.assertThat(texts(tenant)).containsExactly(texts);
    }

    @AfterEach
    final void closeAll() {
        dispatchers.forEach(TestDispatcher::close);
        producer.close(Duration.ofSeconds(1));
        connections.destroy();
    }
}
