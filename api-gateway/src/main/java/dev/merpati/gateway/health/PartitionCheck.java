package dev.merpati.gateway.health;

import dev.merpati.gateway.settings.InstallationSettings;
import dev.merpati.model.kafka.CommandTopic;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;

/**
 * Stops the start when the command topic has another number of partitions than there are shards: commands would go to
 * workers that do not own their sessions. While Kafka cannot be asked the gateway starts, and is not ready.
 */
@Component
class PartitionCheck implements SmartInitializingSingleton {
    private static final Logger log = LoggerFactory.getLogger(PartitionCheck.class);

    private final TopicInspection inspection;
    private final CommandTopic topic;

    PartitionCheck(TopicInspection inspection, InstallationSettings installation) {
        this.inspection = inspection;
        this.topic = installation.topic();
    }

    @Override
    public void afterSingletonsInstantiated() {
        Integer found = inspection
                .partitions(topic.name())
                .doOnError(failure ->
                        log.warn("The command topic {} cannot be looked at yet: {}", topic.name(), failure.toString()))
                .onErrorResume(failure -> Mono.empty())
                .block();
        if (found != null && found != topic.partitions()) {
            throw new IllegalStateException("merpati.shards is " + topic.partitions() + ", but topic " + topic.name()
                    + " has " + found + " partitions: both must be the same");
        }
    }
}
