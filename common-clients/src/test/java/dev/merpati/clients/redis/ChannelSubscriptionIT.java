package dev.merpati.clients.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.merpati.embedded.EmbeddedRedis;
import io.lettuce.core.ClientOptions;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.data.redis.connection.RedisStandaloneConfiguration;
import org.springframework.data.redis.connection.lettuce.LettuceClientConfiguration;
import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;
import org.springframework.data.redis.core.ReactiveStringRedisTemplate;
import reactor.core.publisher.Mono;

class ChannelSubscriptionIT {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    @TempDir
    private static Path directory = Path.of("");

    private final EmbeddedRedis redis = EmbeddedRedis.start(directory);
    private final LettuceConnectionFactory connections = connections();
    private final ReactiveStringRedisTemplate template = new ReactiveStringRedisTemplate(connections);
    private final List<String> heard = new CopyOnWriteArrayList<>();
    private final List<Throwable> failures = new CopyOnWriteArrayList<>();
    private final AtomicInteger subscribed = new AtomicInteger();
    private final ChannelSubscription subscription =
            new ChannelSubscription(template, "channel", failures::add, heard::add, subscribed::incrementAndGet);

    private LettuceConnectionFactory connections() {
        ClientOptions.Builder options = ClientOptions.builder();
        new RedisClientConfiguration().boundedCommands().customize(options);
        LettuceConnectionFactory factory = new LettuceConnectionFactory(
                new RedisStandaloneConfiguration(redis.host(), redis.port()),
                LettuceClientConfiguration.builder()
                        .clientOptions(options.build())
                        .build());
        factory.afterPropertiesSet();
        return factory;
    }

    @BeforeEach
    void start() {
        subscription.start();
        await().atMost(PATIENCE).until(() -> subscribed.get() == 1);
    }

    @AfterEach
    void close() {
        connections.destroy();
        redis.close();
    }

    @Test
    void hearsNothingMoreOnceItIsStopped() {
        await().atMost(PATIENCE).until(() -> publish("one") && heard.contains("one"));

        subscription.stop();

        assertThat(subscription.isRunning()).isFalse();
        assertThat(publish("two")).isTrue();
        connections.destroy();
        assertThat(heard).doesNotContain("two");
    }

    /** Reactor logs as an error what fails after its subscriber has left, and no error is expected here. */
    @Test
    void stoppingIsNoErrorWhenTheConnectionIsGone() {
        redis.kill();
        await().atMost(PATIENCE).until(() -> !publish("one"));

        subscription.stop();
        connections.destroy();

        assertThat(failures).as("an outage that nobody asks for any more").isEmpty();
    }

    @Test
    void beginsAgainWhenTheConnectionBreaks() {
        redis.kill();
        await().atMost(PATIENCE).until(() -> !publish("one"));

        try (EmbeddedRedis _ = EmbeddedRedis.start(directory, redis.port())) {
            await().atMost(PATIENCE).until(() -> publish("two") && heard.contains("two"));
            subscription.stop();
            connections.destroy();
        }
    }

    private boolean publish(String message) {
        return Boolean.TRUE.equals(template.convertAndSend("channel", message)
                .thenReturn(true)
                .onErrorResume(e -> Mono.just(false))
                .block(PATIENCE));
    }
}
