package dev.merpati.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.merpati.clients.kafka.KafkaClients;
import dev.merpati.model.event.Event;
import dev.merpati.model.event.EventData;
import dev.merpati.model.event.EventTopic;
import dev.merpati.worker.event.EventLog;
import dev.merpati.worker.event.EventPublisher;
import dev.merpati.worker.event.KafkaEventPublisher;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.Producer;
import org.junit.jupiter.api.Test;
import org.springframework.boot.kafka.autoconfigure.KafkaProperties;

/** How events leave the worker when there are many. */
class EventProducerIT {
    private static final int EVENTS = 2_000;

    private final EventTopic topic = new EventTopic("event-producer-" + UUID.randomUUID(), 2);
    private final UUID session = UUID.randomUUID();

    @Test
    void whatComesWhileABrokerAnswersLeavesTogetherAndInOrder() throws Exception {
        String servers = Services.kafka().bootstrapServers();
        try (Admin admin = Admin.create(Map.of(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, servers))) {
            admin.createTopics(List.of(new NewTopic(topic.name(), topic.partitions(), (short) 1)))
                    .all()
                    .get();
        }
        KafkaProperties properties = new KafkaProperties();
        properties.setBootstrapServers(List.of(servers));
        Producer<byte[], byte[]> producer =
                KafkaClients.producer(KafkaConfiguration.eventProducerProperties(properties), "worker-events");
        try (KafkaEventPublisher publisher =
                        new KafkaEventPublisher(producer, topic, System::nanoTime, new SimpleMeterRegistry());
                EventLog log = new EventLog(servers, topic)) {
            publisher.publishAndWait(event(0));
            List<CompletableFuture<Void>> published = new ArrayList<>();
            double mostUnderWay = 0;
            for (int i = 1; i < EVENTS; i++) {
                published.add(publisher.publish(event(i)));
                mostUnderWay = Math.max(mostUnderWay, metric(producer, "requests-in-flight"));
            }
            published.forEach(EventPublisher::await);

            assertThat(mostUnderWay).as("requests at the same time").isLessThanOrEqualTo(1);
            await().atMost(Duration.ofSeconds(30)).until(() -> log.all().size() >= EVENTS);
            assertThat(log.all()).extracting(Event::key).containsExactlyElementsOf(keys());
        }
    }

    private Event event(int number) {
        return Event.of(
                "k" + number,
                "tenant",
                session,
                Instant.EPOCH,
                new EventData.MessageStatus("A" + number, "sent", null, null));
    }

    private static List<String> keys() {
        List<String> keys = new ArrayList<>();
        for (int i = 0; i < EVENTS; i++) {
            keys.add("k" + i);
        }
        return keys;
    }

    private static double metric(Producer<byte[], byte[]> producer, String name) {
        return producer.metrics().values().stream()
                .filter(metric -> metric.metricName().name().equals(name)
                        && metric.metricName().group().equals("producer-metrics"))
                .mapToDouble(metric -> ((Number) metric.metricValue()).doubleValue())
                .sum();
    }
}
