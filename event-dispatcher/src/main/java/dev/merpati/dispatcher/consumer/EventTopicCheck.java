package dev.merpati.dispatcher.consumer;

import dev.merpati.model.event.EventTopic;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.DescribeTopicsOptions;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/** Looks at the topic of events, which workers make. */
final class EventTopicCheck {
    private static final int TIMEOUT_MILLIS = 5_000;

    private final Map<String, Object> adminProperties;
    private final EventTopic topic;

    EventTopicCheck(Map<String, Object> adminProperties, EventTopic topic) {
        this.adminProperties = adminProperties;
        this.topic = topic;
    }

    /**
     * Returns Kafka's id of the topic, another one after the topic was deleted and made again; empty while there is none.
     *
     * @throws IllegalStateException when it has another number of partitions than it should
     * @throws KafkaException when Kafka cannot be asked
     */
    Optional<String> topicId() {
        DescribeTopicsOptions options = new DescribeTopicsOptions().timeoutMs(TIMEOUT_MILLIS);
        try (Admin admin = Admin.create(adminProperties)) {
            TopicDescription found = admin.describeTopics(List.of(topic.name()), options)
                    .allTopicNames()
                    .get()
                    .get(topic.name());
            if (found == null) {
                return Optional.empty();
            }
            if (found.partitions().size() != topic.partitions()) {
                throw new IllegalStateException("merpati.events.partitions is " + topic.partitions() + ", but topic "
                        + topic.name() + " has " + found.partitions().size() + " partitions: both must be the same");
            }
            return Optional.of(found.topicId().toString());
        } catch (ExecutionException e) {
            if (e.getCause() instanceof UnknownTopicOrPartitionException) {
                return Optional.empty();
            }
            throw e.getCause() instanceof KafkaException known ? known : new KafkaException(e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new KafkaException("interrupted while Kafka was asked for its topic", e);
        }
    }
}
