package dev.merpati.dispatcher;

import dev.merpati.clients.kafka.ConsumerStatus;
import dev.merpati.clients.timing.Backoff;
import dev.merpati.clients.timing.Periodic;
import dev.merpati.clients.timing.SystemTimers;
import dev.merpati.dispatcher.management.AssignmentHealthIndicator;
import dev.merpati.dispatcher.management.PollHealthIndicator;
import dev.merpati.dispatcher.settings.DispatcherSettings;
import dev.merpati.dispatcher.settings.EventSettings;
import dev.merpati.dispatcher.stream.StreamMetrics;
import dev.merpati.dispatcher.stream.StreamTrimmer;
import dev.merpati.dispatcher.stream.TenantStreams;
import dev.merpati.model.event.EventTopic;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.concurrent.ThreadLocalRandom;
import java.util.random.RandomGenerator;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.data.redis.core.StringRedisTemplate;

/** Wires the dispatcher, except for the Kafka and Redis clients and the webhooks. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties({EventSettings.class, DispatcherSettings.class})
class DispatcherConfiguration {
    /** Each call draws from the calling thread's own generator. */
    private static final RandomGenerator RANDOM =
            () -> ThreadLocalRandom.current().nextLong();

    @Bean
    EventTopic eventTopic(EventSettings settings) {
        return settings.eventTopic();
    }

    @Bean
    SystemTimers timers() {
        return new SystemTimers();
    }

    /** Between tries of what must be done in Redis or Kafka. */
    @Bean
    Backoff backoff(DispatcherSettings settings) {
        return new Backoff(settings.initialBackoff(), settings.maxBackoff(), RANDOM);
    }

    @Bean
    StreamMetrics streamMetrics(MeterRegistry meters) {
        return new StreamMetrics(System::nanoTime, meters);
    }

    @Bean
    TenantStreams tenantStreams(StringRedisTemplate redis, EventTopic topic, StreamMetrics metrics) {
        return new TenantStreams(redis, topic, metrics);
    }

    @Bean
    StreamTrimmer streamTrimmer(TenantStreams streams, EventSettings settings) {
        return new StreamTrimmer(streams, settings);
    }

    @Bean
    Periodic trimming(StreamTrimmer trimmer, DispatcherSettings settings) {
        return new Periodic("trim-streams", settings.trimInterval(), trimmer::trim);
    }

    @Bean
    ConsumerStatus consumerStatus() {
        return new ConsumerStatus(System::nanoTime);
    }

    @Bean
    PollHealthIndicator pollHealthIndicator(ConsumerStatus status, DispatcherSettings settings) {
        return new PollHealthIndicator(status, settings.handoverTimeout().plus(settings.sessionTimeout()));
    }

    @Bean
    AssignmentHealthIndicator assignmentHealthIndicator(ConsumerStatus status) {
        return new AssignmentHealthIndicator(status);
    }
}
