package dev.merpati.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.merpati.model.command.Command;
import dev.merpati.model.kafka.CommandTopic;
import dev.merpati.model.outcome.CommandRecord;
import dev.merpati.model.outcome.FailureCode;
import dev.merpati.model.outcome.Outcome;
import dev.merpati.model.session.SessionStatus;
import dev.merpati.worker.whatsapp.FakeWhatsApp;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.AfterEach;

/** A topic of its own, a fake WhatsApp, a gateway, and as many workers as a test starts. */
public abstract class WorkerFixture {
    protected static final Duration PATIENCE = Duration.ofMinutes(1);

    protected final CommandTopic topic = new CommandTopic("it-" + UUID.randomUUID(), 4);
    protected final FakeWhatsApp whatsApp = new FakeWhatsApp();
    protected final Path media = Services.temporaryDirectory();
    protected final TestGateway gateway = new TestGateway(
            topic,
            Services.kafka().bootstrapServers(),
            Services.redis().host(),
            Services.redis().port());
    private final List<TestWorker> workers = new ArrayList<>();

    /** The shards' keys are the same for every test. */
    protected WorkerFixture() {
        gateway.clearRedis();
    }

    protected final TestWorker start(String id, String... properties) {
        return start(id, whatsApp, properties);
    }

    /** Starts a worker and returns when it has its part of the shards. */
    protected final TestWorker start(String id, FakeWhatsApp connector, String... properties) {
        TestWorker worker = new TestWorker(id, topic, media, connector, properties);
        workers.add(worker);
        awaitReady(worker);
        return worker;
    }

    protected static void awaitReady(TestWorker worker) {
        await().atMost(PATIENCE).until(worker::isReady);
    }

    protected final UUID connected() {
        return paired(gateway.createSession());
    }

    protected final UUID connectedIn(int shard) {
        return paired(gateway.createSessionIn(shard));
    }

    private UUID paired(UUID session) {
        awaitStatus(session, SessionStatus.QR);
        whatsApp.scan(session);
        awaitStatus(session, SessionStatus.CONNECTED);
        return session;
    }

    protected final void awaitStatus(UUID session, SessionStatus status) {
        await().atMost(PATIENCE).until(() -> gateway.status(session) == status);
    }

    /** Waits for the command's end. */
    protected final Outcome outcomeOf(String commandId) {
        return await().atMost(PATIENCE)
                .until(
                        () -> {
                            CommandRecord command = gateway.command(commandId);
                            Outcome outcome = command == null ? null : command.outcome();
                            return outcome == null ? NOT_YET : outcome;
                        },
                        outcome -> !outcome.equals(NOT_YET));
    }

    protected final void awaitOwners(String worker, int shards) {
        await().atMost(PATIENCE).until(() -> shardsOf(worker).size() == shards);
    }

    protected final List<Integer> shardsOf(String worker) {
        return IntStream.range(0, topic.partitions())
                .filter(shard -> worker.equals(
                        gateway.redis().opsForValue().get(gateway.keys().owner(shard))))
                .boxed()
                .toList();
    }

    protected final void assertFailed(String commandId, FailureCode code) {
        assertThat(outcomeOf(commandId))
                .isInstanceOfSatisfying(
                        Outcome.Failed.class,
                        failed -> assertThat(failed.code()).isEqualTo(code));
    }

    /** The offset that the group has committed, -1 for none. */
    protected final long committed(int partition) throws Exception {
        try (Admin admin =
                Admin.create(Map.of("bootstrap.servers", Services.kafka().bootstrapServers()))) {
            OffsetAndMetadata offset = admin.listConsumerGroupOffsets(topic.name())
                    .partitionsToOffsetAndMetadata()
                    .get()
                    .get(new TopicPartition(topic.name(), partition));
            return offset == null ? -1 : offset.offset();
        }
    }

    /** Holds up a fake WhatsApp until the test goes on. */
    protected static void awaitQuietly(CountDownLatch latch) {
        try {
            boolean _ = latch.await(30, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    protected static Command.SendText text(String text) {
        return new Command.SendText("391234567890", text, true);
    }

    private static final Outcome NOT_YET = Outcome.Failed.of(FailureCode.INTERNAL, "not yet");

    @AfterEach
    final void closeAll() {
        workers.forEach(TestWorker::close);
        gateway.close();
    }
}
