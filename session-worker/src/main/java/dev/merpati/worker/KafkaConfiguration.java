package dev.merpati.worker;

import dev.merpati.clients.kafka.ConsumerStatus;
import dev.merpati.clients.kafka.DeadLetters;
import dev.merpati.clients.kafka.KafkaClients;
import dev.merpati.clients.timing.Backoff;
import dev.merpati.clients.timing.SystemTimers;
import dev.merpati.model.kafka.CommandTopic;
import dev.merpati.worker.consumer.CommandConsumer;
import dev.merpati.worker.consumer.CommandReader;
import dev.merpati.worker.event.KafkaEventPublisher;
import dev.merpati.worker.settings.MerpatiSettings;
import dev.merpati.worker.settings.WorkerSettings;
import dev.merpati.worker.shard.Shards;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.springframework.boot.kafka.autoconfigure.KafkaProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** The worker's Kafka clients: the settings of {@code spring.kafka}, and those that must not be changed. */
@Configuration(proxyBeanMethods = false)
class KafkaConfiguration {
    @Bean
    DeadLetters deadLetters(
            KafkaProperties kafka,
            CommandTopic topic,
            SystemTimers timers,
            Backoff backoff,
            MerpatiSettings settings,
            MeterRegistry meters) {
        return new DeadLetters(
                KafkaClients.producer(
                        kafka.buildProducerProperties(), settings.worker().id() + "-dead-letters"),
                topic.deadLetterName(),
                timers,
                backoff,
                Counter.builder("merpati.worker.dead.letters")
                        .description("Records that can never be run and were moved to the dead-letter topic")
                        .register(meters),
                CommandReader::logContext);
    }

    /**
     * An event is stored on all replicas in sync, or it counts as not published: then the session that wanted it tries again,
     * under the same key. So nothing is gained by trying for long here, and a session that waits can be handed over in time.
     */
    @Bean
    KafkaEventPublisher eventPublisher(KafkaProperties kafka, MerpatiSettings settings, MeterRegistry meters) {
        return new KafkaEventPublisher(
                KafkaClients.producer(
                        eventProducerProperties(kafka), settings.worker().id() + "-events"),
                settings.events().eventTopic(),
                System::nanoTime,
                meters);
    }

    static Map<String, Object> eventProducerProperties(KafkaProperties kafka) {
        Map<String, Object> properties = new HashMap<>(kafka.buildProducerProperties());
        // One request to a broker at a time: a first event leaves at once, those that come while the broker answers
        // leave together. So the more events there are, the fewer requests each of them costs.
        properties.put(ProducerConfig.LINGER_MS_CONFIG, 0);
        properties.put(ProducerConfig.MAX_IN_FLIGHT_REQUESTS_PER_CONNECTION, 1);
        properties.putIfAbsent(ProducerConfig.MAX_BLOCK_MS_CONFIG, 5_000);
        properties.putIfAbsent(ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, 5_000);
        properties.putIfAbsent(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, 10_000);
        return properties;
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
        return new CommandConsumer(
                kafka.buildAdminProperties(),
                KafkaClients.consumers(consumerProperties(kafka, settings.worker())),
                topic,
                shards,
                deadLetters,
                status,
                settings,
                backoff,
                meters);
    }

    private static Map<String, Object> consumerProperties(KafkaProperties kafka, WorkerSettings worker) {
        Map<String, Object> properties =
                KafkaClients.memberProperties(kafka.buildConsumerProperties(), worker.group(), worker.id());
        properties.put(
                ConsumerConfig.GROUP_PROTOCOL_CONFIG, worker.groupProtocol().name());
        switch (worker.groupProtocol()) {
            case CLASSIC -> properties.putAll(KafkaClients.classicProtocol(worker.sessionTimeout()));
            case CONSUMER -> {
                // The broker decides on all three, and the client refuses to start with any of them.
            }
        }
        return properties;
    }
}
