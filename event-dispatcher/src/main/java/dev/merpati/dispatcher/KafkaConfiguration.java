package dev.merpati.dispatcher;

import dev.merpati.dispatcher.consumer.ConsumerStatus;
import dev.merpati.dispatcher.consumer.DeadLetters;
import dev.merpati.dispatcher.consumer.EventConsumer;
import dev.merpati.dispatcher.settings.DispatcherSettings;
import dev.merpati.dispatcher.stream.RedisContinuity;
import dev.merpati.dispatcher.stream.StreamListener;
import dev.merpati.dispatcher.stream.StreamListeners;
import dev.merpati.dispatcher.stream.TenantStreams;
import dev.merpati.dispatcher.timing.Backoff;
import dev.merpati.dispatcher.timing.SystemTimers;
import dev.merpati.model.event.EventTopic;
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
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.kafka.autoconfigure.KafkaProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** The dispatcher's Kafka clients: the settings of {@code spring.kafka}, and those that must not be changed. */
@Configuration(proxyBeanMethods = false)
class KafkaConfiguration {
    /** A member learns of a rebalance by its heartbeat, and a moving partition takes two rounds. Kafka's default is 3 s. */
    private static final int HEARTBEAT_INTERVAL_MILLIS = 500;

    @Bean
    DeadLetters deadLetters(
            KafkaProperties kafka,
            EventTopic topic,
            SystemTimers timers,
            Backoff backoff,
            DispatcherSettings settings,
            MeterRegistry meters) {
        Map<String, Object> properties = new HashMap<>(kafka.buildProducerProperties());
        properties.put(ProducerConfig.CLIENT_ID_CONFIG, settings.id() + "-dead-letters");
        properties.put(ProducerConfig.ACKS_CONFIG, "all");
        properties.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true);
        return new DeadLetters(
                new KafkaProducer<>(properties, new ByteArraySerializer(), new ByteArraySerializer()),
                topic.deadLetterName(),
                timers,
                backoff,
                meters);
    }

    @Bean
    EventConsumer eventConsumer(
            KafkaProperties kafka,
            EventTopic topic,
            TenantStreams streams,
            ObjectProvider<StreamListener> listeners,
            DeadLetters deadLetters,
            RedisContinuity continuity,
            ConsumerStatus status,
            DispatcherSettings settings,
            Backoff backoff,
            MeterRegistry meters) {
        Map<String, Object> properties = consumerProperties(kafka, settings);
        return new EventConsumer(
                kafka.buildAdminProperties(),
                () -> new KafkaConsumer<>(properties, new ByteArrayDeserializer(), new ByteArrayDeserializer()),
                topic,
                streams,
                new StreamListeners(listeners.orderedStream().toList()),
                deadLetters,
                continuity,
                status,
                settings,
                backoff,
                meters);
    }

    private static Map<String, Object> consumerProperties(KafkaProperties kafka, DispatcherSettings settings) {
        Map<String, Object> properties = new HashMap<>(kafka.buildConsumerProperties());
        int sessionTimeout = (int) settings.sessionTimeout().toMillis();
        properties.put(ConsumerConfig.GROUP_ID_CONFIG, settings.group());
        properties.put(ConsumerConfig.GROUP_INSTANCE_ID_CONFIG, settings.id());
        properties.put(ConsumerConfig.CLIENT_ID_CONFIG, settings.id());
        properties.put(ConsumerConfig.PARTITION_ASSIGNMENT_STRATEGY_CONFIG, CooperativeStickyAssignor.class.getName());
        properties.put(ConsumerConfig.SESSION_TIMEOUT_MS_CONFIG, sessionTimeout);
        properties.put(
                ConsumerConfig.HEARTBEAT_INTERVAL_MS_CONFIG, Math.min(HEARTBEAT_INTERVAL_MILLIS, sessionTimeout / 3));
        properties.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
        // Bounds the memory of a poll, and keeps one partition's backlog from delaying the others.
        properties.putIfAbsent(ConsumerConfig.MAX_PARTITION_FETCH_BYTES_CONFIG, 256 * 1024);
        properties.putIfAbsent(ConsumerConfig.FETCH_MAX_BYTES_CONFIG, 8 * 1024 * 1024);
        // A group without offsets is a new one: every event in the topic still waits for it.
        properties.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
        return properties;
    }
}
