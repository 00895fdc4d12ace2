package dev.merpati.gateway.health;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.DisposableBean;
import org.springframework.kafka.core.KafkaAdmin;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/** Looks at the topics that are there. Connects when it is first asked, and not before. Thread-safe. */
@Component
class TopicInspection implements DisposableBean {
    static final Duration TIMEOUT = Duration.ofSeconds(3);

    private final Map<String, Object> configuration;
    private @Nullable Admin admin;

    TopicInspection(KafkaAdmin kafkaAdmin) {
        this.configuration = kafkaAdmin.getConfigurationProperties();
    }

    /** How many partitions a topic has; an error when there is no such topic or Kafka does not answer in time. */
    Mono<Integer> partitions(String topic) {
        return Mono.fromCallable(this::admin)
                .subscribeOn(Schedulers.boundedElastic())
                .flatMap(client -> Mono.fromCompletionStage(() ->
                        client.describeTopics(List.of(topic)).allTopicNames().toCompletionStage()))
                .mapNotNull(topics -> topics.get(topic))
                .map(description -> description.partitions().size())
                .timeout(TIMEOUT);
    }

    private synchronized Admin admin() {
        if (admin == null) {
            admin = Admin.create(configuration);
        }
        return admin;
    }

    @Override
    public synchronized void destroy() {
        if (admin != null) {
            admin.close(Duration.ofSeconds(1));
        }
    }
}
