package dev.merpati.gateway.settings;

import dev.merpati.model.kafka.CommandTopic;
import dev.merpati.model.shard.ShardMap;
import jakarta.validation.Valid;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotBlank;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * What gateways and workers of one installation must agree on.
 *
 * @param shards number of shards, and so of the command topic's partitions; never changes
 */
@Validated
@ConfigurationProperties("merpati")
public record InstallationSettings(
        @DefaultValue("128") @Min(1) @Max(16_384) int shards,
        @DefaultValue @Valid Kafka kafka) {

    /** @param commandTopic name of the topic that commands go to */
    public record Kafka(
            @DefaultValue(CommandTopic.DEFAULT_NAME) @NotBlank
            String commandTopic) {}

    public CommandTopic topic() {
        return new CommandTopic(kafka.commandTopic(), shards);
    }

    public ShardMap shardMap() {
        return new ShardMap(shards);
    }
}
