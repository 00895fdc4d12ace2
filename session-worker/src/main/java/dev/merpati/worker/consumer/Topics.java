package dev.merpati.worker.consumer;

import dev.merpati.model.event.EventTopic;
import dev.merpati.model.kafka.CommandTopic;
import dev.merpati.worker.settings.KafkaSettings;
import dev.merpati.worker.settings.MerpatiSettings;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.errors.InvalidConfigurationException;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Creates or validates the topics of commands and events, and those of their dead letters. */
final class Topics {
    private static final Logger log = LoggerFactory.getLogger(Topics.class);

    /** Of a partition within its retention. */
    private static final int SEGMENTS = 6;

    private static final Duration VISIBLE_WITHIN = Duration.ofSeconds(30);
    private static final Duration VISIBLE_POLL = Duration.ofMillis(50);

    private final Map<String, Object> adminProperties;
    private final List<Wanted> topics;
    private final KafkaSettings settings;

    /** @param setting which says how many partitions it has */
    private record Wanted(String name, int partitions, String setting, Duration retention) {
        /** Kafka deletes closed segments only, so that these must be closed well within the retention. */
        Map<String, String> configuration() {
            return Map.of(
                    TopicConfig.CLEANUP_POLICY_CONFIG,
                    TopicConfig.CLEANUP_POLICY_DELETE,
                    TopicConfig.RETENTION_MS_CONFIG,
                    String.valueOf(retention.toMillis()),
                    TopicConfig.SEGMENT_MS_CONFIG,
                    String.valueOf(retention.toMillis() / SEGMENTS));
        }
    }

    Topics(Map<String, Object> adminProperties, CommandTopic commands, MerpatiSettings settings) {
        this.adminProperties = adminProperties;
        this.settings = settings.kafka();
        EventTopic events = settings.events().eventTopic();
        topics = List.of(
                new Wanted(commands.name(), commands.partitions(), "merpati.shards", this.settings.commandRetention()),
                new Wanted(
                        commands.deadLetterName(),
                        commands.partitions(),
                        "merpati.shards",
                        this.settings.deadLetterRetention()),
                new Wanted(
                        events.name(),
                        events.partitions(),
                        "merpati.events.partitions",
                        this.settings.eventRetention()),
                new Wanted(
                        events.deadLetterName(),
                        events.partitions(),
                        "merpati.events.partitions",
                        this.settings.deadLetterRetention()));
    }

    /**
     * Creates missing topics when that is allowed.
     *
     * @throws IllegalStateException when a topic is missing, or has another number of partitions than the setting says
     * @throws KafkaException when Kafka cannot be asked
     */
    void ensure() {
        try (Admin admin = Admin.create(adminProperties)) {
            for (Wanted topic : topics) {
                int partitions = partitionsOf(admin, topic.name()).orElseGet(() -> create(admin, topic));
                if (partitions != topic.partitions()) {
                    throw new IllegalStateException("the topic " + topic.name() + " has " + partitions
                            + " partitions, and " + topic.setting() + " is " + topic.partitions()
                            + ": they must be equal");
                }
                checkConfiguration(admin, topic.name(), topic.configuration());
            }
        }
    }

    /** Corrects a topic that keeps its records otherwise, or warns when the topics are not the worker's. */
    private void checkConfiguration(Admin admin, String name, Map<String, String> wanted) {
        ConfigResource resource = new ConfigResource(ConfigResource.Type.TOPIC, name);
        try {
            Config found = get(admin.describeConfigs(List.of(resource)).all()).get(resource);
            List<AlterConfigOp> changes = new ArrayList<>();
            wanted.forEach((key, value) -> {
                ConfigEntry entry = found == null ? null : found.get(key);
                if (entry == null || !value.equals(entry.value())) {
                    log.info(
                            "The topic {} has {}={}, wanted is {}",
                            name,
                            key,
                            entry == null ? "" : entry.value(),
                            value);
                    changes.add(new AlterConfigOp(new ConfigEntry(key, value), AlterConfigOp.OpType.SET));
                }
            });
            if (changes.isEmpty()) {
                return;
            }
            if (settings.createTopics()) {
                get(admin.incrementalAlterConfigs(Map.of(resource, changes)).all());
            } else {
                log.warn(
                        "The topic {} does not keep its records as the settings say, and merpati.kafka.create-topics is off:"
                                + " message texts stay in it longer, or commands and events shorter",
                        name);
            }
        } catch (InvalidConfigurationException e) {
            log.warn("How long the topic {} keeps its records cannot be checked or set: {}", name, e.toString());
        }
    }

    /** Returns how many partitions the topic has now; another worker may have created it meanwhile. */
    private int create(Admin admin, Wanted topic) {
        String name = topic.name();
        if (!settings.createTopics()) {
            throw new IllegalStateException(
                    "the topic " + name + " does not exist, and merpati.kafka.create-topics is off");
        }
        NewTopic wanted = new NewTopic(
                        name,
                        Optional.of(topic.partitions()),
                        settings.replicationFactor() < 0 ? Optional.empty() : Optional.of(settings.replicationFactor()))
                .configs(topic.configuration());
        try {
            get(admin.createTopics(List.of(wanted)).all());
            log.info("Created the topic {} with {} partitions", name, topic.partitions());
        } catch (TopicExistsException e) {
            log.debug("Another worker was faster", e);
        }
        return awaitVisible(admin, name);
    }

    /** For a while, a broker may not know a topic that the controller has created. */
    private static int awaitVisible(Admin admin, String name) {
        Instant giveUp = Instant.now().plus(VISIBLE_WITHIN);
        while (Instant.now().isBefore(giveUp)) {
            Optional<Integer> partitions = partitionsOf(admin, name);
            if (partitions.isPresent()) {
                return partitions.get();
            }
            LockSupport.parkNanos(VISIBLE_POLL.toNanos());
        }
        throw new IllegalStateException("the topic " + name + " was created, but no broker shows it after "
                + VISIBLE_WITHIN.toSeconds() + " s");
    }

    private static Optional<Integer> partitionsOf(Admin admin, String name) {
        try {
            Map<String, TopicDescription> described =
                    get(admin.describeTopics(List.of(name)).allTopicNames());
            return Optional.ofNullable(described.get(name))
                    .map(description -> description.partitions().size());
        } catch (UnknownTopicOrPartitionException e) {
            return Optional.empty();
        }
    }

    private static <T> T get(KafkaFuture<T> future) {
        try {
            return future.get();
        } catch (ExecutionException e) {
            throw e.getCause() instanceof KafkaException known ? known : new KafkaException(e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new KafkaException("interrupted while Kafka was asked for its topics", e);
        }
    }
}
