package dev.merpati.worker;

import dev.merpati.model.kafka.CommandTopic;
import dev.merpati.worker.consumer.CommandConsumer;
import dev.merpati.worker.consumer.ConsumerStatus;
import dev.merpati.worker.consumer.DeadLetters;
import dev.merpati.worker.event.KafkaEventPublisher;
import dev.merpati.worker.settings.MerpatiSettings;
import dev.merpati.worker.settings.WorkerSettings;
import dev.merpati.worker.shard.Shards;
import dev.merpati.worker.timing.Backoff;
import dev.merpati.worker.timing.SystemTimers;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.CooperativeStickyAssignor;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.springframework.boot.kafka.autoconfigure.KafkaProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** The worker's Kafka clients: the settings of {@code spring.kafka}, and those that must not be changed. */
@Configuration(proxyBeanMethods = false)
class KafkaConfiguration {
    /**
     * A member learns of a rebalance by its heartbeat, and a moving shard takes two rounds, during which nobody owns its
     * sessions. Kafka's default is 3 s.
     */
    private static final int HEARTBEAT_INTERVAL_MILLIS = 500;

    @Bean
    DeadLetters deadLetters(
            KafkaProperties kafka,
            CommandTopic topic,
            SystemTimers timers,
            Backoff backoff,
            MerpatiSettings settings,
            MeterRegistry meters) {
        Map<String, Object> properties = new HashMap<>(kafka.buildProducerProperties());
        properties.put(ProducerConfig.CLIENT_ID_CONFIG, settings.worker().id() + "-dead-letters");
        properties.put(ProducerConfig.ACKS_CONFIG, "all");
        properties.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true);
        return new DeadLetters(
                new KafkaProducer<>(properties, new ByteArraySerializer(), new ByteArraySerializer()),
                topic.deadLetterName(),
                timers,
                backoff,
                meters);
    }

    /**
     * An event is stored on all replicas in sync, or it counts as not published: then the session that wanted it tries again,
     * under the same key. So nothing is gained by trying for long here, and a session that waits can be handed over in time.
     */
    @Bean
    KafkaEventPublisher eventPublisher(KafkaProperties kafka, MerpatiSettings settings, MeterRegistry meters) {
        Map<String, Object> properties = new HashMap<>(kafka.buildProducerProperties());
        properties.put(ProducerConfig.CLIENT_ID_CONFIG, settings.worker().id() + "-events");
        properties.put(ProducerConfig.ACKS_CONFIG, "all");
        properties.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true);
        properties.put(ProducerConfig.LINGER_MS_CONFIG, 0);
        properties.putIfAbsent(ProducerConfig.MAX_BLOCK_MS_CONFIG, 5_000);
        properties.putIfAbsent(ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, 5_000);
        properties.putIfAbsent(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, 10_000);
        return new KafkaEventPublisher(
                new KafkaProducer<>(properties, new ByteArraySerializer(), new ByteArraySerializer()),
                settings.events().eventTopic(),
                System::nanoTime,
                meters);
    }

    @Bean
    CommandConsumer commandConsumer(
            KafkaProperties kafka,
            CommandTopic topic,
            Shards shards,
            DeadLetters deadLetters,
            ConsumerStatus status,
            MerpatiSettings settings,
            Backoff backoff,
            MeterRegistry meters) {
        Map<String, Object> properties = consumerProperties(kafka, settings.worker());
        return new CommandConsumer(
                kafka.buildAdminProperties(),
                () -> new KafkaConsumer<>(properties, new ByteArrayDeserializer(), new ByteArrayDeserializer()),
                topic,
                shards,
                deadLetters,
                status,
                settings,
                backoff,
                meters);
    }

    private static Map<String, Object> consumerProperties(KafkaProperties kafka, WorkerSettings worker) {
        Map<String, Object> properties = new HashMap<>(kafka.buildConsumerProperties());
        properties.put(ConsumerConfig.GROUP_ID_CONFIG, worker.group());
        properties.put(ConsumerConfig.GROUP_INSTANCE_ID_CONFIG, worker.id());
        properties.put(ConsumerConfig.CLIENT_ID_CONFIG, worker.id());
        properties.put(
                ConsumerConfig.GROUP_PROTOCOL_CONFIG, worker.groupProtocol().name());
        switch (worker.groupProtocol()) {
            case CLASSIC -> {
                int sessionTimeout = (int) worker.sessionTimeout().toMillis();
                properties.put(
                        ConsumerConfig.PARTITION_ASSIGNMENT_STRATEGY_CONFIG, CooperativeStickyAssignor.class.getName());
                properties.put(ConsumerConfig.SESSION_TIMEOUT_MS_CONFIG, sessionTimeout);
                properties.put(
                        ConsumerConfig.HEARTBEAT_INTERVAL_MS_CONFIG,
                        Math.min(HEARTBEAT_INTERVAL_MILLIS, sessionTimeout / 3));
            }
            case CONSUMER -> {
                // The broker decides on all three, and the client refuses to start with any of them.
            }
        }
        properties.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
        // Bounds the memory of a poll, and keeps one partition's backlog from delaying the others.
        properties.putIfAbsent(ConsumerConfig.MAX_PARTITION_FETCH_BYTES_CONFIG, 256 * 1024);
        properties.putIfAbsent(ConsumerConfig.FETCH_MAX_BYTES_CONFIG, 8 * 1024 * 1024);
        // A group without offsets is a new one: every command in the topic still waits for it.
        properties.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
        return properties;
    }
}
