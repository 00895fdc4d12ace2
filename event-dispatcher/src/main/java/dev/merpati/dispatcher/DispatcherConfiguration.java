package dev.merpati.dispatcher;

import dev.merpati.dispatcher.settings.DispatcherSettings;
import dev.merpati.dispatcher.settings.EventSettings;
import dev.merpati.dispatcher.timing.Backoff;
import dev.merpati.dispatcher.timing.SystemTimers;
import dev.merpati.model.event.EventTopic;
import java.util.concurrent.ThreadLocalRandom;
import java.util.random.RandomGenerator;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

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
}
