package dev.merpati.gateway.redis;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.springframework.dao.DataAccessException;
import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;
import org.springframework.data.redis.core.ReactiveStringRedisTemplate;
import org.springframework.data.redis.core.script.RedisScript;
import reactor.core.publisher.Flux;

class LostConnectionTest {

    @Test
    void aScriptThatWasUnderWayFailsAsRedisAndNotAsTheClientsConnection() {
        ReactiveStringRedisTemplate breaking = new ReactiveStringRedisTemplate(new LettuceConnectionFactory()) {
            @Override
            public <T> Flux<T> execute(RedisScript<T> script, List<String> keys, List<?> arguments) {
                return Flux.error(new IOException("Connection reset by peer"));
            }
        };

        assertThatThrownBy(() -> LuaScript.returningLong("write-session")
                        .run(breaking, List.of("key"))
                        .block())
                .isInstanceOf(DataAccessException.class);
    }
}
