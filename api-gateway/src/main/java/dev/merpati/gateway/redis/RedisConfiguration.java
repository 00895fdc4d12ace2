package dev.merpati.gateway.redis;

import dev.merpati.gateway.settings.InstallationSettings;
import dev.merpati.model.redis.RedisKeys;
import dev.merpati.model.shard.ShardMap;
import io.lettuce.core.ClientOptions;
import org.springframework.boot.data.redis.autoconfigure.LettuceClientOptionsBuilderCustomizer;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

@Configuration(proxyBeanMethods = false)
class RedisConfiguration {

    @Bean
    ShardMap shardMap(InstallationSettings installation) {
        return installation.shardMap();
    }

    @Bean
    RedisKeys redisKeys(ShardMap shardMap) {
        return new RedisKeys(shardMap);
    }

    /**
     * Fails a command at once while there is no connection. Lettuce would queue it instead, and could still run it after
     * its request had been answered with 503.
     */
    @Bean
    LettuceClientOptionsBuilderCustomizer rejectCommandsWhileDisconnected() {
        return options -> options.disconnectedBehavior(ClientOptions.DisconnectedBehavior.REJECT_COMMANDS);
    }
}
