package dev.merpati.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.merpati.embedded.EmbeddedRedis;
import dev.merpati.model.kafka.CommandTopic;
import dev.merpati.model.outcome.CommandState;
import dev.merpati.model.session.SessionStatus;
import dev.merpati.worker.fencing.FencedException;
import dev.merpati.worker.fencing.FencedRedis;
import dev.merpati.worker.fencing.RedisUnavailableException;
import dev.merpati.worker.fencing.ShardLease;
import dev.merpati.worker.fencing.ShardOwnership;
import dev.merpati.worker.whatsapp.FakeConnection;
import dev.merpati.worker.whatsapp.FakeWhatsApp;
import dev.merpati.worker.whatsapp.SendResult;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.springframework.data.redis.connection.RedisStandaloneConfiguration;
import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;
import org.springframework.data.redis.core.StringRedisTemplate;
import org.springframework.util.FileSystemUtils;

/** Redis comes back without its last writes, as after a crash of its machine or a failover. */
@Tag("heavy")
class LostWritesIT {
    private static final Duration PATIENCE = Duration.ofMinutes(1);

    private final Path data = Services.temporaryDirectory();
    private final CommandTopic topic = new CommandTopic("lost-writes-" + UUID.randomUUID(), 2);
    private final FakeWhatsApp whatsApp = new FakeWhatsApp();
    private EmbeddedRedis redis = startRedis(0);
    private final TestGateway gateway =
            new TestGateway(topic, Services.kafka().bootstrapServers(), redis.host(), redis.port());
    private TestWorker worker = startWorker("w1");
    private UUID session = new UUID(0, 0);

    @BeforeEach
    void pair() {
        session = gateway.createSession();
        awaitStatus(session, SessionStatus.QR);
    }

    @AfterEach
    void close() {
        worker.close();
        gateway.close();
        redis.close();
    }

    @Test
    void theEpochOfAnOldOwnerIsNotValidAgain() throws IOException {
        connect();
        worker.close();
        LettuceConnectionFactory connections =
                new LettuceConnectionFactory(new RedisStandaloneConfiguration(redis.host(), redis.port()));
        connections.afterPropertiesSet();
        try {
            ShardOwnership oldOwner = ownership(connections);
            ShardLease old = oldOwner.take(shard(), () -> {});
            oldOwner.confirm(old);
            saveRedis();
            worker = startWorker("w2");
            await().atMost(PATIENCE).until(() -> whatsApp.open().size() == 1);
            FakeConnection connection = whatsApp.latest(session);
            long epoch = epoch();
            assertThat(epoch).isGreaterThan(old.epoch());

            comeBackWithoutWhatCameAfterTheSave();

            assertThatThrownBy(() -> oldOwner.confirm(old))
                    .as("by the epoch alone it could write again")
                    .isInstanceOfAny(RedisUnavailableException.class, FencedException.class);
            await().atMost(PATIENCE).ignoreExceptions().until(() -> epoch() == epoch);
            oldOwner.proven(old, oldOwner.proofGeneration());
            await().atMost(PATIENCE)
                    .untilAsserted(() ->
                            assertThatThrownBy(() -> oldOwner.confirm(old)).isInstanceOf(FencedException.class));
            awaitSent(gateway.publish(session, WorkerFixture.text("after")));
            assertThat(epoch()).isEqualTo(epoch);
            assertThat(whatsApp.open()).containsExactly(connection);
        } finally {
            connections.destroy();
        }
    }

    @Test
    void commandsAreSentOnceAndTheirOutcomesStoredAgain() throws Exception {
        connect();
        saveRedis();
        String sent = gateway.publish(session, WorkerFixture.text("sent in the lost second"));
        awaitSent(sent);
        CountDownLatch isBack = new CountDownLatch(1);
        whatsApp.whenSent((_, _) -> acknowledgedAfter(isBack));
        String underWay = gateway.publish(session, WorkerFixture.text("under way"));
        String waiting = gateway.publish(session, WorkerFixture.text("waiting"));
        await().atMost(PATIENCE).until(() -> whatsApp.messages().size() == 2);

        comeBackWithoutWhatCameAfterTheSave();
        isBack.countDown();

        awaitSent(underWay);
        awaitSent(waiting);
        awaitSent(sent);
        assertThat(whatsApp.messageIds()).containsExactly(sent, underWay, waiting);
    }

    @Test
    void aPairingOfTheLostSecondIsStoredAgain() throws IOException {
        saveRedis();
        connect();

        comeBackWithoutWhatCameAfterTheSave();

        awaitStatus(session, SessionStatus.CONNECTED);
        await().atMost(PATIENCE)
                .ignoreExceptions()
                .until(() -> gateway.redis().hasKey(gateway.keys().credentials(session)));
        assertThat(whatsApp.connections(session)).hasSize(1);
    }

    @Test
    void aSessionOfTheLostSecondIsClosed() throws IOException {
        connect();
        saveRedis();
        UUID lost = gateway.createSession();
        awaitStatus(lost, SessionStatus.QR);
        whatsApp.scan(lost);
        awaitStatus(lost, SessionStatus.CONNECTED);

        comeBackWithoutWhatCameAfterTheSave();

        await().atMost(PATIENCE).until(() -> !whatsApp.latest(lost).isOpen());
        assertThat(whatsApp.latest(session).isOpen()).isTrue();
    }

    private void connect() {
        whatsApp.scan(session);
        awaitStatus(session, SessionStatus.CONNECTED);
    }

    private void saveRedis() throws IOException {
        FileSystemUtils.copyRecursively(data.resolve("redis"), data.resolve("saved"));
    }

    private void comeBackWithoutWhatCameAfterTheSave() throws IOException {
        int port = redis.port();
        redis.kill();
        FileSystemUtils.deleteRecursively(data.resolve("redis"));
        FileSystemUtils.copyRecursively(data.resolve("saved"), data.resolve("redis"));
        redis = startRedis(port);
    }

    private EmbeddedRedis startRedis(int port) {
        return EmbeddedRedis.start(data.resolve("redis"), port, "--appendfsync", "always");
    }

    private TestWorker startWorker(String id) {
        TestWorker started =
                new TestWorker(id, topic, data.resolve("media"), whatsApp, "spring.data.redis.port=" + redis.port());
        await().atMost(PATIENCE).until(started::isReady);
        return started;
    }

    private ShardOwnership ownership(LettuceConnectionFactory connections) {
        SimpleMeterRegistry meters = new SimpleMeterRegistry();
        FencedRedis fenced = new FencedRedis(
                new StringRedisTemplate(connections),
                gateway.keys(),
                new RedisConfiguration().ownershipProof(connections),
                System::nanoTime,
                meters);
        return new ShardOwnership(fenced, gateway.keys(), "old", Duration.ofSeconds(5), System::nanoTime, meters);
    }

    private int shard() {
        return gateway.keys().shardMap().shardOf(session);
    }

    private long epoch() {
        return Long.parseLong(
                String.valueOf(gateway.redis().opsForValue().get(gateway.keys().epoch(shard()))));
    }

    private void awaitStatus(UUID id, SessionStatus status) {
        await().atMost(PATIENCE).ignoreExceptions().until(() -> gateway.status(id) == status);
    }

    private void awaitSent(String commandId) {
        await().atMost(PATIENCE).ignoreExceptions().until(() -> gateway.state(commandId) == CommandState.SUCCEEDED);
    }

    private static SendResult acknowledgedAfter(CountDownLatch latch) {
        try {
            assertThat(latch.await(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return new SendResult.Acknowledged(null, null);
    }
}
