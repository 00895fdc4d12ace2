package dev.merpati.worker.event;

import dev.merpati.model.event.Event;
import dev.merpati.model.event.EventCodec;
import dev.merpati.model.event.EventTopic;
import dev.merpati.model.event.EventType;
import dev.merpati.model.outage.Outage;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;

/**
 * Publishes events in the event topic, each in its tenant's partition. How long a record is tried, and that all replicas
 * have it, is the producer's matter: see its configuration. Its buffer bounds the memory that waiting events take; while it
 * is full, publishing blocks for as long as the producer is configured to.
 */
public final class KafkaEventPublisher implements EventPublisher, AutoCloseable {
    private static final Duration QUIET = Duration.ofSeconds(30);
    private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(5);

    private final Producer<byte[], byte[]> producer;
    private final EventTopic topic;
    private final LongSupplier nanoTime;
    private final MeterRegistry meters;
    private final Counter failures;
    private final Timer latency;
    private final Outage outage;

    /** @param nanoTime as {@link System#nanoTime} */
    public KafkaEventPublisher(
            Producer<byte[], byte[]> producer, EventTopic topic, LongSupplier nanoTime, MeterRegistry meters) {
        this.producer = producer;
        this.topic = topic;
        this.nanoTime = nanoTime;
        this.meters = meters;
        this.outage = new Outage("The event topic in Kafka", QUIET, nanoTime);
        this.failures = Counter.builder("merpati.worker.events.failed")
                .description("Tries to publish an event that failed; each is made again")
                .register(meters);
        this.latency = Timer.builder("merpati.worker.event.publish")
                .description("From the handing over of an event until Kafka has stored it")
                .publishPercentileHistogram()
                .minimumExpectedValue(Duration.ofMillis(1))
                .maximumExpectedValue(Duration.ofSeconds(10))
                .register(meters);
        for (EventType type : EventType.values()) {
            if (type != EventType.PING) {
                published(type.wireName());
            }
        }
    }

    private Counter published(String type) {
        return Counter.builder("merpati.worker.events.published")
                .description("Events that Kafka has stored, by type")
                .tag("type", type)
                .register(meters);
    }

    @Override
    public CompletableFuture<Void> publish(Event event) {
        CompletableFuture<Void> stored = new CompletableFuture<>();
        long begun = nanoTime.getAsLong();
        try {
            Future<RecordMetadata> _ = producer.send(record(event), (_, failure) -> {
                if (failure == null) {
                    latency.record(nanoTime.getAsLong() - begun, TimeUnit.NANOSECONDS);
                    published(event.type()).increment();
                    outage.succeeded();
                    stored.complete(null);
                } else {
                    failed(stored, failure);
                }
            });
        } catch (RuntimeException e) {
            failed(stored, e);
        }
        return stored;
    }

    private ProducerRecord<byte[], byte[]> record(Event event) {
        byte[] tenant = event.tenantId().getBytes(StandardCharsets.UTF_8);
        return new ProducerRecord<>(
                topic.name(), topic.partitionOf(event.tenantId()), null, tenant, EventCodec.encode(event));
    }

    private void failed(CompletableFuture<Void> stored, Exception failure) {
        failures.increment();
        outage.failed(failure);
        stored.completeExceptionally(failure);
    }

    @Override
    public void close() {
        producer.close(CLOSE_TIMEOUT);
    }
}
