package dev.merpati.gateway.health;

import dev.merpati.gateway.settings.InstallationSettings;
import dev.merpati.model.kafka.CommandTopic;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.ReactiveHealthIndicator;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;

/** Up when Kafka answers and the command topic has as many partitions as there are shards. Never throws. */
@Component("kafka")
class KafkaHealthIndicator implements ReactiveHealthIndicator {
    private final TopicInspection inspection;
    private final CommandTopic topic;

    KafkaHealthIndicator(TopicInspection inspection, InstallationSettings installation) {
        this.inspection = inspection;
        this.topic = installation.topic();
    }

    @Override
    public Mono<Health> health() {
        return inspection
                .partitions(topic.name())
                .map(found -> (found == topic.partitions() ? Health.up() : Health.down())
                        .withDetail("topic", topic.name())
                        .withDetail("partitions", found)
                        .withDetail("expectedPartitions", topic.partitions())
                        .build())
                .onErrorResume(failure -> Mono.just(Health.down(failure).build()));
    }
}
