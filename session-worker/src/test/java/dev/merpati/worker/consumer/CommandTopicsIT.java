package dev.merpati.worker.consumer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.merpati.model.kafka.CommandTopic;
import dev.merpati.worker.Services;
import dev.merpati.worker.settings.KafkaSettings;
import dev.merpati.worker.settings.TestSettings;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.config.TopicConfig;
import org.junit.jupiter.api.Test;

/** How long the topics keep what is in them. */
class CommandTopicsIT {
    private static final Map<String, Object> ADMIN =
            Map.of("bootstrap.servers", Services.kafka().bootstrapServers());
    private static final String WEEK = "604800000";

    private final CommandTopic topic = new CommandTopic("topics-" + UUID.randomUUID(), 2);

    @Test
    void newTopicsKeepTextsForAnHourAndDeadLettersForADay() throws Exception {
        ensure();

        assertThat(setting(topic.name(), TopicConfig.RETENTION_MS_CONFIG)).isEqualTo("3600000");
        assertThat(setting(topic.name(), TopicConfig.SEGMENT_MS_CONFIG))
                .as("closed segments only are deleted")
                .isEqualTo("600000");
        assertThat(setting(topic.name(), TopicConfig.CLEANUP_POLICY_CONFIG)).isEqualTo("delete");
        assertThat(setting(topic.deadLetterName(), TopicConfig.RETENTION_MS_CONFIG))
                .isEqualTo("86400000");
    }

    @Test
    void topicsThatAreThereAreCorrected() throws Exception {
        createKeepingForAWeek();

        ensure();

        assertThat(setting(topic.name(), TopicConfig.RETENTION_MS_CONFIG)).isEqualTo("3600000");
        assertThat(setting(topic.deadLetterName(), TopicConfig.RETENTION_MS_CONFIG))
                .isEqualTo("86400000");
    }

    @Test
    void topicsOfAnOperatorAreLeftAlone() throws Exception {
        createKeepingForAWeek();

        ensure("merpati.kafka.create-topics", "false");

        assertThat(setting(topic.name(), TopicConfig.RETENTION_MS_CONFIG)).isEqualTo(WEEK);
    }

    private void ensure(String... properties) {
        KafkaSettings settings = TestSettings.with(properties).kafka();
        new CommandTopics(ADMIN, topic, settings).ensure();
    }

    private void createKeepingForAWeek() throws Exception {
        try (Admin admin = Admin.create(ADMIN)) {
            List<NewTopic> topics = List.of(topic.name(), topic.deadLetterName()).stream()
                    .map(name -> new NewTopic(name, Optional.of(topic.partitions()), Optional.empty())
                            .configs(Map.of(TopicConfig.RETENTION_MS_CONFIG, WEEK)))
                    .toList();
            admin.createTopics(topics).all().get();
        }
    }

    private static String setting(String topic, String key) throws Exception {
        ConfigResource resource = new ConfigResource(ConfigResource.Type.TOPIC, topic);
        try (Admin admin = Admin.create(ADMIN)) {
            Config config = admin.describeConfigs(List.of(resource)).all().get().get(resource);
            return config == null ? "" : config.get(key).value();
        }
    }
}
