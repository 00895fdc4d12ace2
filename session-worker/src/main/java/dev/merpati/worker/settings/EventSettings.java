package dev.merpati.worker.settings;

import dev.merpati.model.event.EventTopic;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.Pattern;
import java.time.Duration;
import org.hibernate.validator.constraints.time.DurationMax;
import org.hibernate.validator.constraints.time.DurationMin;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * What happens to sessions, on its way to their tenants; the same for gateways, workers and dispatchers.
 *
 * @param topic the Kafka topic of events
 * @param partitions how many partitions it has; fixed for the life of an installation
 * @param retention how long events, and the files of received messages, can be read
 */
public record EventSettings(
        @DefaultValue(EventTopic.DEFAULT_NAME)
        @Pattern(
                regexp = "[A-Za-z0-9._-]{1,200}",
                message = "must be 1 to 200 letters, digits, dots, dashes or underscores")
        String topic,

        @DefaultValue("32") @Min(1) @Max(16_384) int partitions,

        @DefaultValue("7d") @DurationMin(hours = 1) @DurationMax(days = 90)
        Duration retention) {

    public EventTopic eventTopic() {
        return new EventTopic(topic, partitions);
    }
}
