package dev.merpati.gateway.redis;

import java.io.IOException;
import java.util.List;
import org.reactivestreams.Publisher;
import org.springframework.data.redis.RedisConnectionFailureException;
import org.springframework.data.redis.connection.ReactiveRedisConnection;
import org.springframework.data.redis.connection.ReactiveRedisConnectionFactory;
import org.springframework.data.redis.core.ReactiveStringRedisTemplate;
import org.springframework.data.redis.core.script.RedisScript;
import reactor.core.publisher.Flux;

/**
 * Every access to Redis. Reports a command whose connection broke under way as a failure of Redis: Spring passes the
 * socket's exception on as it is, which looks like a client of ours that hung up.
 */
class GatewayRedis extends ReactiveStringRedisTemplate {

    GatewayRedis(ReactiveRedisConnectionFactory connections) {
        super(connections);
    }

    @Override
    protected <T> Publisher<T> postProcessResult(
            Publisher<T> result, ReactiveRedisConnection connection, boolean existingConnection) {
        return failingAsRedis(super.postProcessResult(result, connection, existingConnection));
    }

    /** Scripts take a connection of their own, past {@link #postProcessResult}. */
    @Override
    public <T> Flux<T> execute(RedisScript<T> script, List<String> keys, List<?> arguments) {
        return failingAsRedis(super.execute(script, keys, arguments));
    }

    static <T> Flux<T> failingAsRedis(Publisher<T> result) {
        return Flux.from(result)
                .onErrorMap(
                        IOException.class,
                        failure -> new RedisConnectionFailureException(
                                "the connection broke: " + failure.getMessage(), failure));
    }
}
