package dev.merpati.dispatcher.webhook;

import dev.merpati.clients.redis.ChannelSubscription;
import dev.merpati.clients.timing.Periodic;
import dev.merpati.clients.timing.SystemTimers;
import dev.merpati.dispatcher.http.WebhookClient;
import dev.merpati.dispatcher.settings.EventSettings;
import dev.merpati.model.event.EventTopic;
import dev.merpati.model.outage.Outage;
import dev.merpati.model.webhook.SecretBox;
import dev.merpati.model.webhook.WebhookKeys;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.data.redis.connection.ReactiveRedisConnectionFactory;
import org.springframework.data.redis.core.ReactiveStringRedisTemplate;
import org.springframework.data.redis.core.StringRedisTemplate;

/** Wires the deliveries. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(WebhookSettings.class)
class WebhookConfiguration {
    private static final Logger log = LoggerFactory.getLogger(WebhookConfiguration.class);
    /** Longer than the time between two tries of whatever is retried. */
    private static final Duration QUIET = Duration.ofSeconds(10);

    @Bean
    WebhookClient webhookClient(WebhookSettings settings) {
        return new WebhookClient(
                new WebhookClient.Limits(settings.connectTimeout(), settings.timeout(), settings.maxParallel()),
                settings.policy(),
                InstantSource.system(),
                null);
    }

    @Bean
    DeliveryTools deliveryTools(
            StringRedisTemplate redis,
            WebhookClient client,
            WebhookSettings settings,
            EventSettings events,
            SystemTimers timers,
            MeterRegistry meters) {
        Thread.Builder threads = Thread.ofVirtual();
        return new DeliveryTools(
                new RedisDeliveryStore(redis),
                client,
                settings,
                new RetrySchedule(
                        settings.firstRetry(),
                        settings.longestRetry(),
                        settings.giveUpAfter(),
                        () -> ThreadLocalRandom.current().nextLong()),
                InstantSource.system(),
                timers,
                threads::start,
                new SharedBudget(settings.memory().toBytes()),
                new SharedBudget(settings.maxInFlight()),
                new WebhookMetrics(meters),
                new Outage("Redis", QUIET, System::nanoTime),
                box(settings),
                events.retention());
    }

    @Bean
    WebhookDeliveries webhookDeliveries(DeliveryTools tools, EventTopic topic) {
        WebhookDeliveries deliveries = new WebhookDeliveries(tools, topic);
        tools.metrics().show(deliveries::views, tools.clock(), tools.inFlight(), tools.memory());
        return deliveries;
    }

    @Bean
    ChannelSubscription webhookChanges(ReactiveRedisConnectionFactory connections, WebhookDeliveries deliveries) {
        return new ChannelSubscription(
                new ReactiveStringRedisTemplate(connections),
                WebhookKeys.CHANGES_CHANNEL,
                failure -> log.debug("Not listening for changed webhooks", failure),
                deliveries::changed,
                deliveries::reload);
    }

    @Bean
    Periodic webhookReload(WebhookSettings settings, WebhookDeliveries deliveries) {
        return new Periodic("webhook reload", settings.reloadInterval(), deliveries::reload);
    }

    private static @Nullable SecretBox box(WebhookSettings settings) {
        if (settings.secretKey().isEmpty()) {
            log.warn("merpati.webhooks.secret-key is not set: nothing is delivered to webhooks, and events wait");
            return null;
        }
        try {
            return new SecretBox(settings.secretKey());
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("merpati.webhooks.secret-key: " + e.getMessage(), e);
        }
    }
}
