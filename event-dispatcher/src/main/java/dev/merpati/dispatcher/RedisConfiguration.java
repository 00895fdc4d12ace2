package dev.merpati.dispatcher;

import dev.merpati.dispatcher.stream.RedisContinuity;
import io.lettuce.core.AbstractRedisClient;
import io.lettuce.core.ClientOptions.DisconnectedBehavior;
import io.lettuce.core.RedisChannelHandler;
import io.lettuce.core.RedisConnectionStateListener;
import io.lettuce.core.cluster.event.ClusterTopologyChangedEvent;
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
import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;

/** How the dispatcher's connections to Redis behave when they break. Spring's own settings say where Redis is. */
@Configuration(proxyBeanMethods = false)
class RedisConfiguration {
    /** For each connection. */
    static final int COMMANDS_UNDER_WAY = 10_000;

    private static final Duration SHORTEST_RECONNECT_DELAY = Duration.ofMillis(10);
    private static final Duration LONGEST_RECONNECT_DELAY = Duration.ofSeconds(1);

    /**
     * Fails a command at once while there is no connection, and when too many are under way to a Redis that is stuck: whoever
     * needs it waits and tries again, and memory stays bounded. What was under way when the connection broke is not repeated
     * on the next one: whoever sent it knows whether it still makes sense.
     */
    @Bean
    LettuceClientOptionsBuilderCustomizer boundedCommands() {
        return options -> options.disconnectedBehavior(DisconnectedBehavior.REJECT_COMMANDS)
                .requestQueueSize(COMMANDS_UNDER_WAY)
                .replayFilter(command -> true);
    }

    /** Lettuce's own delay grows to 30 s, which would prolong every outage by as much. */
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

    @Bean
    RedisContinuity redisContinuity(LettuceConnectionFactory connections) {
        RedisContinuity continuity = new RedisContinuity(System::nanoTime);
        AbstractRedisClient client = connections.getRequiredNativeClient();
        client.addListener(new RedisConnectionStateListener() {
            @Override
            public void onRedisDisconnected(RedisChannelHandler<?, ?> connection) {
                // A connection that we closed ourselves says nothing; each refresh of a cluster's topology closes some.
                if (!connection.isClosed()) {
                    continuity.broke();
                }
            }
        });
        client.getResources()
                .eventBus()
                .get()
                .ofType(ClusterTopologyChangedEvent.class)
                .subscribe(changed -> continuity.broke());
        return continuity;
    }
}
