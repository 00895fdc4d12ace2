package dev.merpati.dispatcher;

import dev.merpati.clients.kafka.ConsumerStatus;
import dev.merpati.clients.kafka.DeadLetters;
import dev.merpati.clients.kafka.KafkaClients;
import dev.merpati.clients.timing.Backoff;
import dev.merpati.clients.timing.SystemTimers;
import dev.merpati.dispatcher.consumer.EventConsumer;
import dev.merpati.dispatcher.settings.DispatcherSettings;
import dev.merpati.dispatcher.stream.RedisContinuity;
import dev.merpati.dispatcher.stream.StreamListener;
import dev.merpati.dispatcher.stream.StreamListeners;
import dev.merpati.dispatcher.stream.TenantStreams;
import dev.merpati.model.event.EventTopic;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.Map;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.kafka.autoconfigure.KafkaProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** The dispatcher's Kafka clients: the settings of {@code spring.kafka}, and those that must not be changed. */
@Configuration(proxyBeanMethods = false)
class KafkaConfiguration {
    @Bean
    DeadLetters deadLetters(
            KafkaProperties kafka,
            EventTopic topic,
            SystemTimers timers,
            Backoff backoff,
            DispatcherSettings settings,
            MeterRegistry meters) {
        return new DeadLetters(
                KafkaClients.producer(kafka.buildProducerProperties(), settings.id() + "-dead-letters"),
                topic.deadLetterName(),
                timers,
                backoff,
                Counter.builder("merpati.dispatcher.dead.letters")
                        .description("Records that can never be appended and were moved to the dead-letter topic")
                        .register(meters),
                record -> Map.of());
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
        return new EventConsumer(
                kafka.buildAdminProperties(),
                KafkaClients.consumers(consumerProperties(kafka, settings)),
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
        Map<String, Object> properties =
                KafkaClients.memberProperties(kafka.buildConsumerProperties(), settings.group(), settings.id());
        properties.putAll(KafkaClients.classicProtocol(settings.sessionTimeout()));
        return properties;
    }
}
