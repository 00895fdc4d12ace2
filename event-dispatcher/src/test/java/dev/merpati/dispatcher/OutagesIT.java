package dev.merpati.dispatcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.merpati.model.event.StoredEvent;
import dev.merpati.testing.RedisServer;
import dev.merpati.testing.TestServers;
import dev.merpati.testlogging.ExpectErrors;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/** Kafka and Redis that are away, or come back with less than they had. */
class OutagesIT extends EventFixture {
    /** Keeps nothing on disk: what it loses in a crash is everything. */
    private static final RedisServer FORGETFUL =
            TestServers.redis(Services.temporaryDirectory().resolve("forgetful"), "--appendonly", "no");

    private final String[] settings = {
        "spring.data.redis.host=" + FORGETFUL.host(),
        "spring.data.redis.port=" + FORGETFUL.port(),
        "merpati.dispatcher.commit-delay=1m"
    };

    OutagesIT() {
        super(FORGETFUL);
    }

    @AfterAll
    static void stop() {
        FORGETFUL.close();
    }

    @Test
    void appendsAgainWhatRedisLost() {
        makeTopics();
        String tenant = tenantIn(0);
        String quiet = tenantIn(1);
        start("d1", settings);
        publish(tenant, numbered(0, 50));
        publish(quiet, "a");
        awaitTexts(tenant, numbered(0, 50));
        awaitTexts(quiet, "a");

        FORGETFUL.kill();
        publish(tenant, "while it was away");
        FORGETFUL.start();

        await().atMost(PATIENCE).ignoreExceptions().until(() -> texts(tenant).size() == 51);
        assertThat(texts(tenant)).startsWith(numbered(0, 50)).endsWith("while it was away");
        assertThat(stream(tenant)).extracting(StoredEvent::number).endsWith(51L);
        awaitTexts(quiet, "a");
    }

    @Test
    void startsWhileNothingIsThereAndGoesOnByItself() {
        FORGETFUL.kill();
        String tenant = tenantIn(2);
        TestDispatcher dispatcher = startUnready("d1", null, settings);
        assertThat(dispatcher.call("GET", "/actuator/health/readiness").statusCode())
                .isEqualTo(503);
        assertThat(dispatcher.call("GET", "/actuator/health/liveness").statusCode())
                .isEqualTo(200);

        makeTopics();
        publish(tenant, "a", "b");
        await().atMost(PATIENCE).until(dispatcher::isReady);
        await().atMost(PATIENCE).until(() -> dispatcher.metric("merpati.dispatcher.redis.failures") > 0);
        assertThat(dispatcher.metric("merpati.dispatcher.events.pending")).isEqualTo(2);
        FORGETFUL.start();

        await().atMost(PATIENCE).ignoreExceptions().until(() -> texts(tenant).size() == 2);
        assertThat(texts(tenant)).containsExactly("a", "b");
    }

    @Test
    @ExpectErrors(logger = "org.springframework.boot.SpringApplication", message = "Application run failed")
    void doesNotStartForATopicOfAnotherSize() {
        makeTopics();

        assertThatThrownBy(() -> start("d1", "merpati.events.partitions=5"))
                .rootCause()
                .hasMessageContaining("merpati.events.partitions is 5")
                .hasMessageContaining("has 4 partitions");
    }

    @Test
    void endsInTimeWhileRedisIsAway() {
        makeTopics();
        String tenant = tenantIn(3);
        TestDispatcher dispatcher = start("d1", settings);
        FORGETFUL.kill();
        try {
            publish(tenant, "a");
            await().atMost(PATIENCE).until(() -> dispatcher.metric("merpati.dispatcher.events.pending") == 1);

            long begun = System.nanoTime();
            dispatcher.close();

            assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(Duration.ofSeconds(20));
        } finally {
            FORGETFUL.start();
        }
        start("d2", settings);
        await().atMost(PATIENCE).ignoreExceptions().until(() -> texts(tenant).size() == 1);
    }
}
