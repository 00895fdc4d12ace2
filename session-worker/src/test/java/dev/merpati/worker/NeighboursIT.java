package dev.merpati.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.merpati.model.outcome.CommandState;
import dev.merpati.model.outcome.FailureCode;
import dev.merpati.model.outcome.Outcome;
import dev.merpati.worker.whatsapp.SendResult;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What a bad session or a greedy tenant does to those beside it, on the same partition, with real Kafka and Redis. */
@Tag("heavy")
class NeighboursIT extends WorkerFixture {
    private static final Duration LIFE = Duration.ofMinutes(2);

    private final CountDownLatch answer = new CountDownLatch(1);
    private final Set<UUID> stuck = ConcurrentHashMap.newKeySet();

    NeighboursIT() {
        whatsApp.whenSent((connection, _) -> {
            if (stuck.contains(connection.sessionId())) {
                awaitQuietly(answer);
            }
            return new SendResult.Acknowledged(null, null);
        });
    }

    @Test
    void aTenantWhoseStuckSessionsFloodAPartitionDelaysNoOtherTenantOnIt() throws Exception {
        TestWorker worker = start("w1", "merpati.worker.commands.max-in-flight-per-partition=20");
        List<UUID> flooded = stuckIn(1, 4);
        UUID neighbour = connectedIn(1);

        List<String> flood = publish("greedy", flooded, 25);
        List<String> others = publish("modest", List.of(neighbour), 10);

        others.forEach(id -> assertThat(outcomeOf(id)).isEqualTo(new Outcome.MessageSent(null, null)));
        assertThat(flood).noneMatch(id -> gateway.state(id) == CommandState.SUCCEEDED);
        assertThat(worker.metric("merpati.worker.commands.in.flight"))
                .as("no more than half of the partition's room, and one")
                .isLessThanOrEqualTo(11);
        answer.countDown();
        List<String> sent = flood.stream()
                .filter(id -> outcomeOf(id).equals(new Outcome.MessageSent(null, null)))
                .toList();
        assertThat(sent).hasSizeBetween(4, 40);
        flood.stream().filter(id -> !sent.contains(id)).forEach(id -> assertFailed(id, FailureCode.SESSION_BUSY));
        assertThat(whatsApp.messageIds()).doesNotHaveDuplicates().hasSize(sent.size() + others.size());
        await().atMost(PATIENCE)
                .untilAsserted(
                        () -> assertThat(committed(1)).as("5 starts and all").isEqualTo(5 + 100 + 10));
    }

    @Test
    void theStuckSessionsOfATenantLeaveRoomForItsOthers() {
        start("w1", "merpati.worker.commands.max-in-flight-per-partition=40");
        List<UUID> flooded = stuckIn(1, 3);
        UUID healthy = connectedIn(1);
        publish("one", flooded, 30);

        for (int i = 0; i < 10; i++) {
            String id = publish("one", List.of(healthy), 1).getFirst();
            assertThat(outcomeOf(id)).isEqualTo(new Outcome.MessageSent(null, null));
        }
        answer.countDown();
    }

    @Test
    void pausesAPartitionThatIsFullWhoeverFilledItAndLosesNothing() {
        TestWorker worker = start(
                "w1",
                "merpati.worker.commands.max-in-flight-per-partition=10",
                "spring.kafka.consumer.max-poll-records=5");
        List<UUID> sessions = stuckIn(2, 4);

        List<String> ids = new ArrayList<>();
        for (int i = 0; i < 60; i++) {
            ids.addAll(publish("tenant-" + i, List.of(sessions.get(i % 4)), 1));
        }
        assertStaysAtMost(worker, 10, 10 + 4);
        answer.countDown();

        ids.forEach(id -> assertThat(outcomeOf(id)).isEqualTo(new Outcome.MessageSent(null, null)));
        assertThat(whatsApp.messageIds()).hasSize(60).doesNotHaveDuplicates();
    }

    @Test
    void refusesNoCommandWhoseSenderWasToldThatItIsOnItsWay() {
        start(
                "w1",
                "merpati.worker.commands.max-in-flight-per-partition=20",
                "merpati.worker.commands.mailbox-size=2",
                "merpati.worker.commands.refusable-for=0s",
                "spring.kafka.consumer.max-poll-records=5");
        List<UUID> sessions = stuckIn(2, 1);

        List<String> backlog = publish("one", sessions, 60);
        answer.countDown();

        backlog.forEach(id -> assertThat(outcomeOf(id)).isEqualTo(new Outcome.MessageSent(null, null)));
        assertThat(whatsApp.messageIds()).containsExactlyElementsOf(backlog);
    }

    @Test
    void takesNoMoreCommandsThanFitIntoItsMemory() {
        TestWorker worker = start(
                "w1", "merpati.worker.commands.max-in-flight-bytes=1MB", "spring.kafka.consumer.max-poll-records=5");
        List<UUID> sessions = new ArrayList<>(stuckIn(0, 1));
        sessions.addAll(stuckIn(1, 1));
        String large = "\uD83D\uDD4A".repeat(4_096);

        List<String> ids = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            ids.add(gateway.publishAs("tenant-" + i, sessions.get(i % 2), text(large), LIFE));
        }
        int fitting = 1024 * 1024 / (large.length() * 2);
        assertStaysAtMost(worker, fitting / 2, fitting + 5);
        answer.countDown();

        ids.forEach(id -> assertThat(outcomeOf(id)).isEqualTo(new Outcome.MessageSent(null, null)));
    }

    @Test
    void aStuckSessionHoldsBackTheCommitNoLongerThanItsCommandsMayLive() throws Exception {
        start("w1");
        UUID session = connectedIn(3);
        whatsApp.whenSent((connection, _) -> connection.awaitEnd(Duration.ofMillis(300)));

        String stuckOne = gateway.publish(session, text("never acknowledged"), Duration.ofSeconds(4));
        // Published later, they still end sooner.
        List<String> behind = IntStream.range(0, 3)
                .mapToObj(_ -> gateway.publish(session, text("behind it"), Duration.ofSeconds(1)))
                .toList();

        await().atMost(PATIENCE).untilAsserted(() -> assertThat(committed(3)).isEqualTo(5));
        assertFailed(stuckOne, FailureCode.NOT_ACKNOWLEDGED);
        behind.forEach(id -> assertFailed(id, FailureCode.EXPIRED));
        assertThat(Set.copyOf(whatsApp.messageIds())).containsExactly(stuckOne);
    }

    private List<UUID> stuckIn(int shard, int count) {
        List<UUID> sessions =
                IntStream.range(0, count).mapToObj(_ -> connectedIn(shard)).toList();
        stuck.addAll(sessions);
        return sessions;
    }

    /** Publishes as many commands for each of the sessions, in turn. */
    private List<String> publish(String tenant, List<UUID> sessions, int each) {
        return IntStream.range(0, each * sessions.size())
                .mapToObj(i -> gateway.publishAs(tenant, sessions.get(i % sessions.size()), text("m" + i), LIFE))
                .toList();
    }

    private static void assertStaysAtMost(TestWorker worker, int atLeast, int atMost) {
        await().atMost(PATIENCE).until(() -> worker.metric("merpati.worker.commands.in.flight") >= atLeast);
        await().during(Duration.ofMillis(500))
                .atMost(PATIENCE)
                .until(() -> worker.metric("merpati.worker.commands.in.flight") <= atMost);
    }
}
