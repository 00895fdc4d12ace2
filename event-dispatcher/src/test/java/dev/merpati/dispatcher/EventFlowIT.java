package dev.merpati.dispatcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.merpati.clients.kafka.DeadLetters;
import dev.merpati.dispatcher.stream.StreamListener;
import dev.merpati.model.event.Event;
import dev.merpati.model.event.EventKeys;
import dev.merpati.model.event.StoredEvent;
import dev.merpati.testlogging.ExpectErrors;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** From Kafka to the tenants' streams, by whole dispatchers. */
class EventFlowIT extends EventFixture {
    @BeforeEach
    void prepare() {
        makeTopics();
    }

    @Test
    void appendsEachEventOnceInTheOrderOfItsTenant() {
        Told told = new Told();
        TestDispatcher dispatcher = start("d1", told);
        String one = tenantIn(0);
        String other = tenantIn(3);

        publish(one, "a", "b", "a", "c");
        publish(other, "a");

        awaitTexts(one, "a", "b", "c");
        awaitTexts(other, "a");
        assertThat(stream(one)).extracting(StoredEvent::number).containsExactly(1L, 2L, 3L);
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(texts(told.of(one))).containsExactly("a", "b", "c"));
        assertThat(told.of(one)).isEqualTo(stream(one));
        assertThat(redis.opsForSet().members(EventKeys.tenantsOfPartition(0))).containsExactly(one);
        assertThat(dispatcher.metric("merpati.dispatcher.events.appended")).isEqualTo(4);
        assertThat(dispatcher.metric("merpati.dispatcher.events.skipped", "reason", "repeated"))
                .isEqualTo(1);
        assertThat(dispatcher.metric("merpati.dispatcher.partitions.owned")).isEqualTo(4);
        assertThat(dispatcher.metric("merpati.dispatcher.events.pending")).isZero();
        assertThat(dispatcher.call("GET", "/actuator/health/liveness").body()).contains("UP");
        assertThat(dispatcher.call("GET", "/actuator/health/readiness").body()).contains("UP");
    }

    @Test
    @ExpectErrors(logger = "dev.merpati.clients.kafka.DeadLetters", message = "goes to the dead letters")
    void setsRecordsAsideThatAreNoEventsAndPassesNewTypesOn() {
        start("d1");
        String tenant = tenantIn(1);
        Event newer = event(tenant, "new");

        publish(tenant, 1, "{\"no\":\"event\"}".getBytes(StandardCharsets.UTF_8));
        publish(tenant, 2, dev.merpati.model.event.EventCodec.encode(event(tenant, "strayed")));
        publish(tenant, 1, null);
        publish(new Event(newer.key(), tenant, session, "call.missed", newer.timestamp(), newer.data()));

        awaitTexts(tenant, "new");
        assertThat(stream(tenant)).extracting(StoredEvent::type).containsExactly("call.missed");
        assertThat(deadLetters(3))
                .extracting(letter -> new String(
                        letter.headers().lastHeader(DeadLetters.REASON).value(), StandardCharsets.UTF_8))
                .anySatisfy(reason -> assertThat(reason).contains("no event"))
                .anySatisfy(reason -> assertThat(reason).contains("partition 2, that of its tenant is 1"))
                .anySatisfy(reason -> assertThat(reason).contains("no value"));
    }

    @Test
    void losesAndRepeatsNothingWhileDispatchersComeAndGo() {
        List<String> tenants = List.of(tenantIn(0), tenantIn(1), tenantIn(2), tenantIn(3), tenantIn(0));
        Told told = new Told();
        TestDispatcher first = start("d1", told);
        publishAll(tenants, 0, 100);
        TestDispatcher second = start("d2", told);
        publishAll(tenants, 100, 200);
        await().atMost(PATIENCE).until(() -> second.metric("merpati.dispatcher.partitions.owned") == 2);
        publishAll(tenants, 200, 300);
        first.close();
        publishAll(tenants, 300, 400);

        for (String tenant : tenants) {
            awaitTexts(tenant, numbered(0, 400));
            assertThat(stream(tenant).getLast().number()).isEqualTo(400);
        }
        // A hand-over at rest loses no notice either.
        await().atMost(PATIENCE).untilAsserted(() -> assertThat(told.taken).containsAll(Set.of(0, 1, 2, 3)));
    }

    @Test
    void goesOnWhereADispatcherOfTheSameIdEnded() {
        String tenant = tenantIn(2);
        TestDispatcher first = start("d1", "merpati.dispatcher.leave-group-on-shutdown=false");
        publish(tenant, "a", "b");
        awaitTexts(tenant, "a", "b");
        first.close();
        publish(tenant, "c");

        start("d1");

        awaitTexts(tenant, "a", "b", "c");
    }

    @Test
    @ExpectErrors(logger = "dev.merpati.clients.kafka.GroupConsumer", message = "Another dispatcher has the id d1")
    @ExpectErrors(logger = "org.apache.kafka.clients", message = "fenced group.instance.id", always = false)
    void theYoungerOfTwoWithOneIdTakesThePlaceOfTheOther() {
        String tenant = tenantIn(1);
        TestDispatcher older = start("d1");
        TestDispatcher younger = start("d1");

        await().atMost(PATIENCE)
                .until(() -> older.call("GET", "/actuator/health/liveness").statusCode() == 503);
        assertThat(older.isReady()).isFalse();
        assertThat(younger.call("GET", "/actuator/health/liveness").statusCode())
                .isEqualTo(200);
        publish(tenant, "a");
        awaitTexts(tenant, "a");
        assertThat(younger.metric("merpati.dispatcher.events.appended")).isEqualTo(1);
    }

    @Test
    void readsAllOfATopicThatWasMadeAgain() {
        String tenant = tenantIn(0);
        start("d1");
        publish(tenant, "a", "b", "c");
        awaitTexts(tenant, "a", "b", "c");

        admin(admin -> {
            admin.deleteTopics(List.of(topic.name())).all().get();
            await().atMost(PATIENCE)
                    .until(() -> !admin.listTopics().names().get().contains(topic.name()));
        });
        makeTopic(topic.name());
        publish(tenant, "d");

        awaitTexts(tenant, "a", "b", "c", "d");
    }

    private void publishAll(List<String> tenants, int from, int to) {
        for (String text : numbered(from, to)) {
            tenants.forEach(tenant -> publish(tenant, text));
        }
    }

    private List<ConsumerRecord<byte[], byte[]>> deadLetters(int number) {
        List<ConsumerRecord<byte[], byte[]>> found = new CopyOnWriteArrayList<>();
        try (KafkaConsumer<byte[], byte[]> consumer = new KafkaConsumer<>(
                Map.of("bootstrap.servers", Services.kafka().bootstrapServers(), "auto.offset.reset", "earliest"),
                new ByteArrayDeserializer(),
                new ByteArrayDeserializer())) {
            consumer.assign(List.of(
                    new TopicPartition(topic.deadLetterName(), 1), new TopicPartition(topic.deadLetterName(), 2)));
            await().atMost(PATIENCE).until(() -> {
                consumer.poll(Duration.ofMillis(100)).forEach(found::add);
                return found.size() >= number;
            });
        }
        return found;
    }

    /** Remembers what it was told. */
    private static final class Told implements StreamListener {
        private final Map<String, List<StoredEvent>> events = new ConcurrentHashMap<>();
        private final Set<Integer> taken = ConcurrentHashMap.newKeySet();

        List<StoredEvent> of(String tenant) {
            return events.getOrDefault(tenant, List.of());
        }

        @Override
        public void taken(int partition) {
            taken.add(partition);
        }

        @Override
        public void revoked(Set<Integer> partitions, Duration timeout) {
            taken.removeAll(partitions);
        }

        @Override
        public void lost(Set<Integer> partitions) {
            taken.removeAll(partitions);
        }

        @Override
        public void appended(String tenantId, List<StoredEvent> appended) {
            events.computeIfAbsent(tenantId, id -> new CopyOnWriteArrayList<>()).addAll(appended);
        }
    }
}
