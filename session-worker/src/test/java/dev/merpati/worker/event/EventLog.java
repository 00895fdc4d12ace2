package dev.merpati.worker.event;

import static org.awaitility.Awaitility.await;

import dev.merpati.model.event.Event;
import dev.merpati.model.event.EventCodec;
import dev.merpati.model.event.EventTopic;
import dev.merpati.model.event.MalformedEventException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** Reads a topic of events from its beginning, as a dispatcher does. For one thread. */
public final class EventLog implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final KafkaConsumer<byte[], byte[]> consumer;
    private final List<Event> events = new ArrayList<>();

    public EventLog(String bootstrapServers, EventTopic topic) {
        consumer = new KafkaConsumer<>(
                Map.of(
                        ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG,
                        bootstrapServers,
                        ConsumerConfig.AUTO_OFFSET_RESET_CONFIG,
                        "earliest"),
                new ByteArrayDeserializer(),
                new ByteArrayDeserializer());
        consumer.assign(IntStream.range(0, topic.partitions())
                .mapToObj(partition -> new TopicPartition(topic.name(), partition))
                .toList());
    }

    /** All that was stored so far, each time that it was. */
    public List<Event> all() {
        for (var records = consumer.poll(Duration.ofMillis(200));
                !records.isEmpty();
                records = consumer.poll(Duration.ofMillis(50))) {
            for (ConsumerRecord<byte[], byte[]> record : records) {
                try {
                    events.add(EventCodec.decode(record.value()));
                } catch (MalformedEventException e) {
                    throw new IllegalStateException(e);
                }
            }
        }
        return events;
    }

    /** What a tenant gets to see of a session: the first of each key, in order. */
    public List<Event> of(UUID sessionId) {
        Map<String, Event> first = new LinkedHashMap<>();
        all().stream()
                .filter(event -> event.sessionId().equals(sessionId))
                .forEach(event -> first.putIfAbsent(event.key(), event));
        return List.copyOf(first.values());
    }

    /** Waits until there is such an event of a session. */
    public Event awaitEvent(UUID sessionId, Predicate<Event> wanted) {
        return await().atMost(PATIENCE)
                .until(() -> of(sessionId).stream().filter(wanted).findFirst(), Optional::isPresent)
                .orElseThrow();
    }

    /** Waits for the event about a message: its own, or one that concerns it. */
    public Event awaitMessage(UUID sessionId, String type, String messageId) {
        return awaitEvent(
                sessionId,
                event -> event.type().equals(type)
                        && event.data().path("messageId").asString().equals(messageId));
    }

    /** Waits until a status of a message is told. */
    public Event awaitStatus(UUID sessionId, String messageId, String status) {
        return awaitEvent(
                sessionId,
                event -> event.type().equals("message.status")
                        && event.data().path("messageId").asString().equals(messageId)
                        && event.data().path("status").asString().equals(status));
    }

    @Override
    public void close() {
        consumer.close();
    }
}
