package dev.merpati.dispatcher;

import dev.merpati.clients.redis.ConnectionBreaks;
import dev.merpati.clients.redis.RedisClientConfiguration;
import dev.merpati.dispatcher.stream.RedisContinuity;
import org.springframework.boot.data.redis.autoconfigure.LettuceClientOptionsBuilderCustomizer;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;

/** What the dispatcher makes of connections to Redis that break. */
@Configuration(proxyBeanMethods = false)
@Import(RedisClientConfiguration.class)
class RedisConfiguration {
    /** What was under way when the connection broke is not repeated on the next one: whoever sent it knows whether it still makes sense. */
    @Bean
    LettuceClientOptionsBuilderCustomizer unrepeatedCommands() {
        return options -> options.replayFilter(command -> true);
    }

    @Bean
    RedisContinuity redisContinuity(LettuceConnectionFactory connections) {
        RedisContinuity continuity = new RedisContinuity(System::nanoTime);
        ConnectionBreaks.listen(connections, continuity::broke);
        return continuity;
    }
}
