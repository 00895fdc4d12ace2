package dev.merpati.dispatcher.settings;

import dev.merpati.model.event.EventTopic;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.Pattern;
import java.time.Duration;
import org.hibernate.validator.constraints.time.DurationMax;
import org.hibernate.validator.constraints.time.DurationMin;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * The events of this installation.
 *
 * @param topic the name of the topic of events; records that are no events go to the same name with {@code .dlt}
 * @param partitions how many partitions the topic of events has; the same for all programs, and fixed for the life of an installation
 * @param retention how long a tenant can read its events
 * @param maxPerTenant how many events of a tenant are kept; of more, the oldest go before their time
 */
@Validated
@ConfigurationProperties("merpati.events")
public record EventSettings(
        @DefaultValue(EventTopic.DEFAULT_NAME)
        @Pattern(
                regexp = "[A-Za-z0-9._-]{1,200}",
                message = "must be 1 to 200 letters, digits, dots, dashes or underscores")
        String topic,

        @DefaultValue("32") @Min(1) @Max(16_384) int partitions,

        @DefaultValue("7d") @DurationMin(hours = 1) @DurationMax(days = 90)
        Duration retention,

        @DefaultValue("1000000") @Min(100) @Max(100_000_000) long maxPerTenant) {

    public EventTopic eventTopic() {
        return new EventTopic(topic, partitions);
    }
}
