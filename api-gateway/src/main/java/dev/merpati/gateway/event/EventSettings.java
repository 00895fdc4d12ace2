package dev.merpati.gateway.event;

import dev.merpati.model.event.EventTopic;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * What gateways, workers and dispatchers of one installation must agree on about events.
 *
 * @param partitions number of partitions of the topic of events; never changes
 */
@Validated
@ConfigurationProperties("merpati.events")
public record EventSettings(
        @DefaultValue("32") @Min(1) @Max(16_384) int partitions) {

    /** Returns the topic; gateways do not use its name. */
    public EventTopic topic() {
        return new EventTopic(EventTopic.DEFAULT_NAME, partitions);
    }
}
