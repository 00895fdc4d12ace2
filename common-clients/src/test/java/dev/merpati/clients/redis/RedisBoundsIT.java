package dev.merpati.clients.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.merpati.embedded.EmbeddedRedis;
import dev.merpati.testlogging.ExpectErrors;
import io.lettuce.core.ClientOptions;
import io.lettuce.core.TimeoutOptions;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.data.redis.connection.RedisStandaloneConfiguration;
import org.springframework.data.redis.connection.lettuce.LettuceClientConfiguration;
import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;
import org.springframework.data.redis.core.ReactiveStringRedisTemplate;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** How many commands can be held in memory for a Redis that does not answer. */
class RedisBoundsIT {
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final int TOO_MANY = 500;

    @TempDir
    private Path directory = Path.of("");

    @Test
    @ExpectErrors(logger = "io.lettuce.core", message = "Internal stack size exceeded")
    void noMoreThanTheBoundWaitForARedisThatIsStuckAndNoneForOneThatIsAway() throws Exception {
        ClientOptions.Builder options = ClientOptions.builder().timeoutOptions(TimeoutOptions.enabled(PATIENCE));
        new RedisClientConfiguration().boundedCommands().customize(options);
        try (EmbeddedRedis redis = EmbeddedRedis.start(directory)) {
            LettuceConnectionFactory connections = new LettuceConnectionFactory(
                    new RedisStandaloneConfiguration(redis.host(), redis.port()),
                    LettuceClientConfiguration.builder()
                            .commandTimeout(PATIENCE)
                            .clientOptions(options.build())
                            .build());
            connections.afterPropertiesSet();
            try {
                ReactiveStringRedisTemplate template = new ReactiveStringRedisTemplate(connections);
                assertThat(template.hasKey("anything").block()).isFalse();

                signal("STOP", redis);
                AtomicInteger refused = new AtomicInteger();
                AtomicInteger ended = new AtomicInteger();
                int commands = RedisClientConfiguration.COMMANDS_UNDER_WAY + TOO_MANY;
                Flux.range(0, commands)
                        .flatMap(
                                number -> template.hasKey("anything")
                                        .onErrorResume(failure -> {
                                            refused.incrementAndGet();
                                            return Mono.empty();
                                        })
                                        .doFinally(end -> ended.incrementAndGet()),
                                commands)
                        .subscribe();

                await().atMost(PATIENCE).until(() -> refused.get() == TOO_MANY);
                signal("CONT", redis);
                await().atMost(PATIENCE).until(() -> ended.get() == commands);
                assertThat(refused).as("the others were only late").hasValue(TOO_MANY);

                redis.kill();
                await().atMost(PATIENCE).until(() -> rejects(template));
            } finally {
                connections.destroy();
            }
        }
    }

    private static boolean rejects(ReactiveStringRedisTemplate template) {
        try {
            template.hasKey("anything").block();
            return false;
        } catch (RuntimeException e) {
            return String.valueOf(e.getCause()).contains("Commands are rejected");
        }
    }

    private static void signal(String name, EmbeddedRedis redis) throws IOException, InterruptedException {
        new ProcessBuilder("sh", "-c", "kill -" + name + " " + redis.process().pid())
                .start()
                .waitFor();
    }
}
