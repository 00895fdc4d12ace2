package dev.merpati.worker;

import dev.merpati.clients.redis.ConnectionBreaks;
import dev.merpati.clients.redis.RedisClientConfiguration;
import dev.merpati.worker.fencing.OwnershipProof;
import org.springframework.boot.data.redis.autoconfigure.LettuceClientOptionsBuilderCustomizer;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;

/** What the worker makes of connections to Redis that break. */
@Configuration(proxyBeanMethods = false)
@Import(RedisClientConfiguration.class)
class RedisConfiguration {
    /**
     * What was under way when the connection broke is not repeated on the next one, since ownership has to be confirmed anew
     * first.
     */
    @Bean
    LettuceClientOptionsBuilderCustomizer unrepeatedCommands() {
        return options -> options.replayFilter(command -> true);
    }

    @Bean
    OwnershipProof ownershipProof(LettuceConnectionFactory connections) {
        OwnershipProof proof = new OwnershipProof();
        ConnectionBreaks.listen(connections, proof::invalidate);
        return proof;
    }
}
