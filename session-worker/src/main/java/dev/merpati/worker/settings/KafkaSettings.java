package dev.merpati.worker.settings;

import dev.merpati.model.kafka.CommandTopic;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.Pattern;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * The command topic. Where Kafka is says {@code spring.kafka.bootstrap-servers}.
 *
 * @param commandTopic the topic's name; its dead letters go to the same name with {@code .dlt}
 * @param createTopics whether the worker makes the topics when they are absent
 * @param replicationFactor of topics that the worker makes; -1 takes the broker's default
 */
public record KafkaSettings(
        @DefaultValue(CommandTopic.DEFAULT_NAME)
        @Pattern(
                regexp = "[A-Za-z0-9._-]{1,240}",
                message = "must be 1 to 240 letters, digits, dots, dashes or underscores")
        String commandTopic,

        @DefaultValue("true") boolean createTopics,
        @DefaultValue("-1") @Min(-1) @Max(16) short replicationFactor) {}
