package dev.merpati.clients.redis;

import io.lettuce.core.ClientOptions.DisconnectedBehavior;
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

/** How connections to Redis behave when they break or get stuck, for a program to import. Spring's own settings say where Redis is. */
@Configuration(proxyBeanMethods = false)
public class RedisClientConfiguration {
    /** For each connection; a command is some hundred bytes, or some thousand with credentials. */
    public static final int COMMANDS_UNDER_WAY = 10_000;

    private static final Duration SHORTEST_RECONNECT_DELAY = Duration.ofMillis(10);
    private static final Duration LONGEST_RECONNECT_DELAY = Duration.ofSeconds(1);

    /**
     * Fails a command at once while there is no connection, and when too many are under way to a Redis that is stuck: whoever
     * needs it waits and tries again, and memory stays bounded. Lettuce would queue commands without a bound, and could still
     * run one after whoever sent it was told that it failed.
     */
    @Bean
    public LettuceClientOptionsBuilderCustomizer boundedCommands() {
        return options -> options.disconnectedBehavior(DisconnectedBehavior.REJECT_COMMANDS)
                .requestQueueSize(COMMANDS_UNDER_WAY);
    }

    /** Lettuce's own delay grows to 30 s, which would prolong every outage by as much. */
    @Bean
    public ClientResourcesBuilderCustomizer promptReconnect() {
        return resources -> resources.reconnectDelay(
                Delay.equalJitter(SHORTEST_RECONNECT_DELAY, LONGEST_RECONNECT_DELAY, 1, TimeUnit.MILLISECONDS));
    }

    /**
     * Measures commands by Lettuce's recorder and not by an observation of each: an observation whose command is
     * cancelled in the moment of its start fails, and the client that hung up is then reported as an error of ours.
     */
    @Bean
    public ClientResourcesBuilderCustomizer commandLatency(MeterRegistry meters) {
        return resources -> resources.commandLatencyRecorder(
                new MicrometerCommandLatencyRecorder(meters, MicrometerOptions.create()));
    }
}
