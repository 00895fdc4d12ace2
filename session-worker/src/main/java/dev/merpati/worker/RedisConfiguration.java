package dev.merpati.worker;

import dev.merpati.worker.fencing.RedisBreaks;
import io.lettuce.core.AbstractRedisClient;
import io.lettuce.core.ClientOptions.DisconnectedBehavior;
import io.lettuce.core.RedisChannelHandler;
import io.lettuce.core.RedisConnectionStateListener;
import io.lettuce.core.cluster.event.ClusterTopologyChangedEvent;
import io.lettuce.core.resource.Delay;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.springframework.boot.data.redis.autoconfigure.ClientResourcesBuilderCustomizer;
import org.springframework.boot.data.redis.autoconfigure.LettuceClientOptionsBuilderCustomizer;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;

/** How the worker's connections to Redis behave when they break. Where Redis is say Spring's own settings. */
@Configuration(proxyBeanMethods = false)
class RedisConfiguration {
    /** For each connection; a command is some hundred bytes, or some thousand with credentials. */
    static final int COMMANDS_UNDER_WAY = 10_000;

    private static final Duration SHORTEST_RECONNECT_DELAY = Duration.ofMillis(10);
    private static final Duration LONGEST_RECONNECT_DELAY = Duration.ofSeconds(1);

    /**
     * Fails a command at once while there is no connection, and when too many are under way to a Redis that is stuck:
     * whoever needs it waits and tries again, and memory stays bounded. What was under way when the connection broke is
     * not repeated on the next one, since ownership has to be proven anew first.
     */
    @Bean
    LettuceClientOptionsBuilderCustomizer boundedCommands() {
        return options -> options.disconnectedBehavior(DisconnectedBehavior.REJECT_COMMANDS)
                .requestQueueSize(COMMANDS_UNDER_WAY)
                .replayFilter(command -> true);
    }

    /** Lettuce's own delay grows to 30 s, by which every outage would be longer. */
    @Bean
    ClientResourcesBuilderCustomizer promptReconnect() {
        return resources -> resources.reconnectDelay(
                Delay.equalJitter(SHORTEST_RECONNECT_DELAY, LONGEST_RECONNECT_DELAY, 1, TimeUnit.MILLISECONDS));
    }

    @Bean
    RedisBreaks redisBreaks(LettuceConnectionFactory connections) {
        RedisBreaks breaks = new RedisBreaks();
        AbstractRedisClient client = connections.getRequiredNativeClient();
        client.addListener(new RedisConnectionStateListener() {
            @Override
            public void onRedisDisconnected(RedisChannelHandler<?, ?> connection) {
                // One that we closed, as each refresh of a cluster's topology does, tells nothing.
                if (!connection.isClosed()) {
                    breaks.broke();
                }
            }
        });
        client.getResources()
                .eventBus()
                .get()
                .ofType(ClusterTopologyChangedEvent.class)
                .subscribe(changed -> breaks.broke());
        return breaks;
    }
}
