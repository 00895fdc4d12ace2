package dev.merpati.gateway.redis;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.dao.DataAccessException;
import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;
import reactor.core.publisher.Mono;

class GatewayRedisTest {
    private final LettuceConnectionFactory connections = new LettuceConnectionFactory();

    @BeforeEach
    void start() {
        connections.afterPropertiesSet();
    }

    @AfterEach
    void stop() {
        connections.destroy();
    }

    @Test
    void aCommandThatWasUnderWayFailsAsRedisAndNotAsTheClientsConnection() {
        GatewayRedis redis = new GatewayRedis(connections);

        assertThatThrownBy(() -> redis.createMono(connection -> Mono.error(new IOException("Connection reset by peer")))
                        .block())
                .isInstanceOf(DataAccessException.class);
    }
}
