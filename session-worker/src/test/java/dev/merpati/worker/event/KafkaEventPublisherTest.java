package dev.merpati.worker.event;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.merpati.model.event.Event;
import dev.merpati.model.event.EventCodec;
import dev.merpati.model.event.EventData;
import dev.merpati.model.event.EventTopic;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Instant;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;

class KafkaEventPublisherTest {
    private static final EventTopic TOPIC = new EventTopic("events", 32);
    private static final Event EVENT = Event.of(
            "key", "tenant-7", UUID.randomUUID(), Instant.EPOCH, new EventData.MessageStatus("A", "sent", null, null));

    private final MockProducer<byte[], byte[]> producer =
            new MockProducer<>(false, null, new ByteArraySerializer(), new ByteArraySerializer());
    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private final KafkaEventPublisher publisher = new KafkaEventPublisher(producer, TOPIC, System::nanoTime, meters);

    @Test
    void anEventIsInItsTenantsPartitionAndCountsWhenKafkaHasIt() throws Exception {
        CompletableFuture<Void> stored = publisher.publish(EVENT);
        assertThat(stored).isNotDone();
        assertThat(published()).isZero();

        producer.completeNext();

        assertThat(stored).isCompleted();
        ProducerRecord<byte[], byte[]> record = producer.history().getFirst();
        assertThat(record.topic()).isEqualTo("events");
        assertThat(record.partition()).isEqualTo(TOPIC.partitionOf("tenant-7"));
        assertThat(record.key()).asString().isEqualTo("tenant-7");
        assertThat(EventCodec.decode(record.value())).isEqualTo(EVENT);
        assertThat(published()).isEqualTo(1);
        assertThat(meters.get("merpati.worker.event.publish").timer().count()).isEqualTo(1);
    }

    @Test
    void whatKafkaDidNotConfirmIsNotPublished() {
        CompletableFuture<Void> stored = publisher.publish(EVENT);

        producer.errorNext(new TimeoutException("nobody answers"));

        assertThat(stored).isCompletedExceptionally();
        assertThatThrownBy(() -> EventPublisher.await(stored))
                .isInstanceOf(EventsUnavailableException.class)
                .hasMessageContaining("nobody answers");
        assertThat(failed()).isEqualTo(1);
        assertThat(published()).isZero();
    }

    @Test
    void aProducerThatTakesNothingIsAFailureLikeAnyOther() {
        producer.sendException = new TimeoutException("no metadata");

        assertThat(publisher.publish(EVENT)).isCompletedExceptionally();
        assertThat(failed()).isEqualTo(1);
    }

    private double published() {
        return meters.get("merpati.worker.events.published")
                .tag("type", "message.status")
                .counter()
                .count();
    }

    private double failed() {
        return meters.get("merpati.worker.events.failed").counter().count();
    }
}
