package dev.merpati.gateway.redis;

import dev.merpati.gateway.settings.InstallationSettings;
import dev.merpati.model.redis.RedisKeys;
import dev.merpati.model.shard.ShardMap;
import io.lettuce.core.ClientOptions;
import io.lettuce.core.metrics.MicrometerCommandLatencyRecorder;
import io.lettuce.core.metrics.MicrometerOptions;
import io.lettuce.core.resource.Delay;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.springframework.boot.data.redis.autoconfigure.ClientResourcesBuilderCustomizer;
import org.springframework.boot.data.redis.autoconfigure.LettuceClientOptionsBuilderCustomizer;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.data.redis.connection.ReactiveRedisConnectionFactory;
import org.springframework.data.redis.core.ReactiveStringRedisTemplate;

@Configuration(proxyBeanMethods = false)
class RedisConfiguration {
    /** For each connection; a command is some hundred bytes. */
    static final int COMMANDS_UNDER_WAY = 10_000;

    private static final Duration SHORTEST_RECONNECT_DELAY = Duration.ofMillis(10);
    private static final Duration LONGEST_RECONNECT_DELAY = Duration.ofSeconds(1);

    @Bean
    ShardMap shardMap(InstallationSettings installation) {
        return installation.shardMap();
    }

    @Bean
    RedisKeys redisKeys(ShardMap shardMap) {
        return new RedisKeys(shardMap);
    }

    @Bean
    ReactiveStringRedisTemplate reactiveStringRedisTemplate(ReactiveRedisConnectionFactory connections) {
        return new GatewayRedis(connections);
    }

    /**
     * Fails a command at once while there is no connection, and when more than anybody waits for are under way to a
     * Redis that is stuck: memory stays bounded. Lettuce would queue them instead without a bound, and could still run
     * one after its request had been answered with 503.
     */
    @Bean
    LettuceClientOptionsBuilderCustomizer boundedCommands() {
        return options -> options.disconnectedBehavior(ClientOptions.DisconnectedBehavior.REJECT_COMMANDS)
                .requestQueueSize(COMMANDS_UNDER_WAY);
    }

    /** Lettuce's own delay grows to 30 s, by which every outage would be longer. */
    @Bean
    ClientResourcesBuilderCustomizer promptReconnect() {
        return resources -> resources.reconnectDelay(
                Delay.equalJitter(SHORTEST_RECONNECT_DELAY, LONGEST_RECONNECT_DELAY, 1, TimeUnit.MILLISECONDS));
    }

    /**
     * Measures commands by Lettuce's recorder and not by an observation of each: an observation whose command is
     * cancelled in the moment of its start fails, and the client that hung up is then reported as an error of ours.
     */
    @Bean
    ClientResourcesBuilderCustomizer commandLatency(MeterRegistry meters) {
        return resources -> resources.commandLatencyRecorder(
                new MicrometerCommandLatencyRecorder(meters, MicrometerOptions.create()));
    }
}
