package dev.merpati.gateway.redis;

import dev.merpati.clients.redis.RedisClientConfiguration;
import dev.merpati.gateway.settings.InstallationSettings;
import dev.merpati.model.redis.RedisKeys;
import dev.merpati.model.shard.ShardMap;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.data.redis.connection.ReactiveRedisConnectionFactory;
import org.springframework.data.redis.core.ReactiveStringRedisTemplate;

@Configuration(proxyBeanMethods = false)
@Import(RedisClientConfiguration.class)
class RedisConfiguration {
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
}
