package dev.merpati.worker.consumer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.merpati.model.event.EventTopic;
import dev.merpati.model.kafka.CommandTopic;
import dev.merpati.worker.Services;
import dev.merpati.worker.settings.TestSettings;
import java.util.ArrayList;
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
class TopicsIT {
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
    void newEventsAreKeptForThreeDaysAndTheirDeadLettersForOne() throws Exception {
        ensure();

        assertThat(setting(events().name(), TopicConfig.RETENTION_MS_CONFIG)).isEqualTo("259200000");
        assertThat(setting(events().deadLetterName(), TopicConfig.RETENTION_MS_CONFIG))
                .isEqualTo("86400000");
    }

    @Test
    void anEventTopicOfAnotherSizeIsRefused() {
        ensure();

        assertThatThrownBy(() -> ensure("merpati.events.partitions", "2"))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("the topic " + events().name()
                        + " has 1 partitions, and merpati.events.partitions is 2: they must be equal");
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

    private EventTopic events() {
        return new EventTopic(topic.name() + ".events", 1);
    }

    private void ensure(String... properties) {
        List<String> all = new ArrayList<>(
                List.of("merpati.events.topic", topic.name() + ".events", "merpati.events.partitions", "1"));
        all.addAll(List.of(properties));
        new Topics(ADMIN, topic, TestSettings.with(all.toArray(String[]::new))).ensure();
    }

    private void createKeepingForAWeek() throws Exception {
        try (Admin admin = Admin.create(ADMIN)) {
            EventTopic events = events();
            List<NewTopic> topics = Map.of(
                            topic.name(), topic.partitions(),
                            topic.deadLetterName(), topic.partitions(),
                            events.name(), events.partitions(),
                            events.deadLetterName(), events.partitions())
                    .entrySet()
                    .stream()
                    .map(each -> new NewTopic(each.getKey(), Optional.of(each.getValue()), Optional.empty())
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
