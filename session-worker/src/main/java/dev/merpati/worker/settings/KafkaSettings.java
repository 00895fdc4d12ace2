package dev.merpati.worker.settings;

import dev.merpati.model.kafka.CommandTopic;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.Pattern;
import java.time.Duration;
import org.hibernate.validator.constraints.time.DurationMax;
import org.hibernate.validator.constraints.time.DurationMin;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * The topics. Where Kafka is says {@code spring.kafka.bootstrap-servers}.
 *
 * @param commandTopic the topic's name; its dead letters go to the same name with {@code .dlt}
 * @param createTopics whether the worker creates the topics when they are missing, and corrects how long they are kept
 * @param replicationFactor of topics that the worker creates; -1 takes the broker's default
 * @param commandRetention how long Kafka keeps a command, and with it a message text. A command is worth something for
 *     its {@code notAfter} only, 5 minutes by default; what is not consumed by then is not sent. Kafka deletes whole
 *     segments, and so up to a sixth of it later, and some minutes after that
 * @param eventRetention how long Kafka keeps an event, and with it a message text. The event dispatchers take events out at
 *     once: this is for how long they may be away and nothing is lost
 * @param deadLetterRetention the same for dead letters, which hold the records that could not be read
 */
public record KafkaSettings(
        @DefaultValue(CommandTopic.DEFAULT_NAME)
        @Pattern(
                regexp = "[A-Za-z0-9._-]{1,240}",
                message = "must be 1 to 240 letters, digits, dots, dashes or underscores")
        String commandTopic,

        @DefaultValue("true") boolean createTopics,
        @DefaultValue("-1") @Min(-1) @Max(16) short replicationFactor,

        @DefaultValue("1h") @DurationMin(minutes = 10) @DurationMax(days = 7)
        Duration commandRetention,

        @DefaultValue("3d") @DurationMin(hours = 1) @DurationMax(days = 30)
        Duration eventRetention,

        @DefaultValue("24h") @DurationMin(minutes = 10) @DurationMax(days = 30)
        Duration deadLetterRetention) {}
