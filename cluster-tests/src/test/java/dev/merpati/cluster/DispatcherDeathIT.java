package dev.merpati.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.merpati.model.event.Event;
import dev.merpati.model.event.EventCodec;
import dev.merpati.model.event.EventData;
import dev.merpati.model.event.EventKeys;
import dev.merpati.model.event.EventTopic;
import dev.merpati.model.event.StoredEvent;
import io.lettuce.core.Range;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;

/** Dispatchers that are killed, or frozen for longer than the session timeout, while events come. */
class DispatcherDeathIT {
    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final EventTopic TOPIC = new EventTopic("events-of-dispatchers", 8);
    private static final List<String> TENANTS =
            IntStream.range(0, 16).mapToObj(number -> "dispatched-" + number).toList();

    private final SharedCluster cluster = SharedCluster.get();

    @Test
    void nothingIsLostRepeatedOrReordered() throws Exception {
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", cluster.kafka()))) {
            admin.createTopics(List.of(
                            new NewTopic(TOPIC.name(), Optional.of(TOPIC.partitions()), Optional.empty()),
                            new NewTopic(TOPIC.deadLetterName(), Optional.of(TOPIC.partitions()), Optional.empty())))
                    .all()
                    .get();
        }
        List<DispatcherProcess> dispatchers = cluster.newDispatchers(2);
        for (DispatcherProcess dispatcher : dispatchers) {
            dispatcher.set("merpati.events.topic", TOPIC.name());
            dispatcher.set("merpati.events.partitions", String.valueOf(TOPIC.partitions()));
            dispatcher.set("merpati.dispatcher.session-timeout", "6s");
            dispatcher.launch();
        }
        dispatchers.forEach(ClusterProcess::awaitReady);
        DispatcherProcess killed = dispatchers.getFirst();
        DispatcherProcess frozen = dispatchers.getLast();
        try (Events events = new Events(cluster.kafka())) {
            awaitOwned(killed, 4);
            awaitOwned(frozen, 4);

            killed.kill();
            awaitOwned(frozen, 8);
            killed.start();
            awaitOwned(killed, 4);

            frozen.pause();
            awaitOwned(killed, 8);
            frozen.resume();
            awaitOwned(frozen, 4);

            killed.terminate();
            awaitOwned(frozen, 8);

            int published = events.stop();
            assertThat(published).isGreaterThan(100);
            for (String tenant : TENANTS) {
                await("all events of " + tenant)
                        .atMost(PATIENCE)
                        .until(() -> cluster.redis().xlen(EventKeys.stream(tenant)) >= published);
                List<StoredEvent> stream = cluster.redis().xrange(EventKeys.stream(tenant), Range.unbounded()).stream()
                        .map(entry -> StoredEvent.of(entry.getId(), entry.getBody()))
                        .toList();
                assertThat(stream)
                        .extracting(StoredEvent::data)
                        .containsExactlyElementsOf(IntStream.range(0, published)
                                .mapToObj(number -> "{\"status\":\"" + number + "\"}")
                                .toList());
                assertThat(stream.getLast().number()).isEqualTo(published);
            }
        } finally {
            dispatchers.forEach(ClusterProcess::kill);
        }
    }

    private static void awaitOwned(DispatcherProcess dispatcher, int partitions) {
        await(dispatcher.name() + " owns " + partitions)
                .atMost(PATIENCE)
                .pollInterval(Duration.ofMillis(250))
                .ignoreExceptions()
                .until(() -> (int) dispatcher.metrics().sum("merpati_dispatcher_partitions_owned") == partitions);
    }

    /** Publishes one event after the other for each tenant until it is stopped. */
    private static final class Events implements AutoCloseable {
        private final KafkaProducer<byte[], byte[]> producer;
        private final AtomicInteger rounds = new AtomicInteger();
        private final Thread thread;
        private volatile boolean stopped;

        Events(String kafka) {
            producer = new KafkaProducer<>(
                    Map.of("bootstrap.servers", kafka, "acks", "all"),
                    new ByteArraySerializer(),
                    new ByteArraySerializer());
            thread = Thread.ofVirtual().start(this::publish);
        }

        private void publish() {
            UUID session = UUID.randomUUID();
            while (!stopped) {
                int round = rounds.get();
                for (String tenant : TENANTS) {
                    Event event = Event.of(
                            "key-" + round,
                            tenant,
                            session,
                            Instant.now(),
                            new EventData.Status(String.valueOf(round), null, null, null));
                    byte[] key = tenant.getBytes(StandardCharsets.UTF_8);
                    var _ = producer.send(new ProducerRecord<>(
                            TOPIC.name(), TOPIC.partitionOf(tenant), key, EventCodec.encode(event)));
                }
                producer.flush();
                rounds.incrementAndGet();
                java.util.concurrent.locks.LockSupport.parkNanos(
                        Duration.ofMillis(20).toNanos());
            }
        }

        /** Returns how many events each tenant has got. */
        int stop() throws InterruptedException {
            stopped = true;
            thread.join();
            return rounds.get();
        }

        @Override
        public void close() {
            try {
                stop();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            producer.close();
        }
    }
}
