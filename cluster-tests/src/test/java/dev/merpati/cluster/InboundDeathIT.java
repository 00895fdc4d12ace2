package dev.merpati.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.merpati.model.event.Event;
import dev.merpati.model.event.EventCodec;
import dev.merpati.model.event.EventTopic;
import dev.merpati.model.event.EventType;
import dev.merpati.model.event.MalformedEventException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.junit.jupiter.api.Test;

/** {@code kill -9} of workers while phones write to their sessions: what reaches the topic of events. */
class InboundDeathIT {
    private static final Duration PATIENCE = Duration.ofMinutes(3);
    private static final EventTopic TOPIC = new EventTopic(EventTopic.DEFAULT_NAME, 32);

    private final SharedCluster cluster = SharedCluster.get();

    /** A message that a phone wrote, in the order of each chat. */
    private record Written(String session, String from, String id) {}

    @Test
    void whatPhonesWriteIsPublishedOnceUnderItsKeyAndInOrder() throws Exception {
        List<WorkerProcess> workers = cluster.workers(2, SharedCluster.SHORT);
        List<Written> written = new ArrayList<>();
        AtomicBoolean stop = new AtomicBoolean();
        try (KafkaConsumer<byte[], byte[]> consumer = consumer()) {
            Thread phones = Thread.ofVirtual().start(() -> {
                for (int number = 0; !stop.get(); number++) {
                    for (PairedSession session : cluster.sessions()) {
                        String from = cluster.customers()
                                .get(number % cluster.customers().size());
                        String id = cluster.simulator()
                                .post(
                                        "phones/" + from + "/messages",
                                        Map.of("to", session.phone(), "text", "m" + number))
                                .text("id");
                        written.add(new Written(session.id(), from, id));
                    }
                }
            });
            List<Event> published = new ArrayList<>();
            awaitPublished(consumer, published, 200);

            workers.getLast().kill();
            awaitPublished(consumer, published, published.size() + 200);
            cluster.awaitSettled(workers.subList(0, 1));
            workers.getLast().launch();
            workers.getLast().awaitReady();
            workers.getFirst().kill();
            cluster.awaitSettled(workers.subList(1, 2));
            awaitPublished(consumer, published, published.size() + 200);
            stop.set(true);
            phones.join();

            Set<String> ids = written.stream().map(Written::id).collect(Collectors.toSet());
            await("all that was written")
                    .atMost(PATIENCE)
                    .until(() -> seen(poll(consumer, published)).containsAll(ids));
            List<Event> first = firstOfEachKey(published);
            assertThat(first)
                    .extracting(event -> event.data().path("messageId").asString())
                    .as("each once")
                    .doesNotHaveDuplicates();
            Map<String, List<String>> byChat = written.stream()
                    .collect(Collectors.groupingBy(
                            each -> each.session() + each.from(),
                            Collectors.mapping(Written::id, Collectors.toList())));
            byChat.forEach((chat, expected) -> assertThat(first.stream()
                            .filter(event -> (event.sessionId()
                                            + event.data().path("from").asString())
                                    .equals(chat))
                            .map(event -> event.data().path("messageId").asString()))
                    .containsExactlyElementsOf(expected));
        } finally {
            stop.set(true);
        }
    }

    private KafkaConsumer<byte[], byte[]> consumer() {
        KafkaConsumer<byte[], byte[]> consumer = new KafkaConsumer<>(
                Map.of(ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG, cluster.kafka()),
                new ByteArrayDeserializer(),
                new ByteArrayDeserializer());
        List<TopicPartition> partitions = IntStream.range(0, TOPIC.partitions())
                .mapToObj(partition -> new TopicPartition(TOPIC.name(), partition))
                .toList();
        consumer.assign(partitions);
        consumer.seekToEnd(partitions);
        partitions.forEach(consumer::position);
        return consumer;
    }

    private void awaitPublished(KafkaConsumer<byte[], byte[]> consumer, List<Event> published, int count) {
        await(count + " messages")
                .atMost(PATIENCE)
                .until(() -> poll(consumer, published).size() >= count);
    }

    private static List<Event> poll(KafkaConsumer<byte[], byte[]> consumer, List<Event> published)
            throws MalformedEventException {
        ConsumerRecords<byte[], byte[]> records = consumer.poll(Duration.ofMillis(100));
        for (ConsumerRecord<byte[], byte[]> record : records) {
            Event event = EventCodec.decode(record.value());
            if (event.type().equals(EventType.MESSAGE_RECEIVED.wireName())) {
                published.add(event);
            }
        }
        return published;
    }

    private static Set<String> seen(List<Event> published) {
        return published.stream()
                .map(event -> event.data().path("messageId").asString())
                .collect(Collectors.toSet());
    }

    /** What a tenant sees of it. */
    private static List<Event> firstOfEachKey(List<Event> published) {
        Map<String, Event> first = new LinkedHashMap<>();
        published.forEach(event -> first.putIfAbsent(event.key(), event));
        return List.copyOf(first.values());
    }
}
