package dev.merpati.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.merpati.model.kafka.CommandTopic;
import dev.merpati.model.outcome.Outcome;
import dev.merpati.testlogging.ExpectErrors;
import dev.merpati.worker.whatsapp.CloseReason;
import dev.merpati.worker.whatsapp.FakeConnection;
import dev.merpati.worker.whatsapp.SendResult;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.MemberToRemove;
import org.apache.kafka.clients.admin.RemoveMembersFromConsumerGroupOptions;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Who owns which shard, and what becomes of its sessions when that changes. */
@Tag("heavy")
// A worker that lost its shards may notice while it commits.
@ExpectErrors(logger = "org.apache.kafka.clients.consumer", message = "Offset commit failed", always = false)
class OwnershipIT extends WorkerFixture {

    @Test
    void aSecondWorkerTakesHalfOfTheShardsAndTheirSessions() {
        start("w1");
        List<UUID> sessions = aSessionInEachShard();

        start("w2");

        awaitOwners("w1", 2);
        awaitOwners("w2", 2);
        awaitEachConnectedOnce(sessions);
        List<UUID> moved = sessions.stream()
                .filter(session -> whatsApp.connections(session).size() == 2)
                .toList();
        assertThat(moved).hasSize(2).allSatisfy(session -> {
            assertThat(whatsApp.connections(session).getFirst().isAborted()).isFalse();
            assertThat(whatsApp.latest(session).request().credentials()).isNotNull();
        });
        sessions.forEach(session -> assertThat(outcomeOf(gateway.publish(session, text("m"))))
                .isEqualTo(new Outcome.MessageSent(null, null)));
    }

    @Test
    void aWorkerThatLeavesHandsOverAtOnce() {
        TestWorker leaving = start("w1", "merpati.worker.session-timeout=60s");
        List<UUID> sessions = aSessionInEachShard();
        start("w2", "merpati.worker.session-timeout=60s");
        awaitOwners("w2", 2);

        leaving.close();

        awaitOwners("w2", 4);
        awaitEachConnectedOnce(sessions);
    }

    @Test
    void aWorkerThatIsRestartedInPlaceMovesNoSession() {
        String[] stay = {"merpati.worker.session-timeout=60s", "merpati.worker.leave-group-on-shutdown=false"};
        TestWorker restarting = start("w1", stay);
        List<UUID> sessions = aSessionInEachShard();
        start("w2", stay);
        awaitOwners("w2", 2);
        awaitEachConnectedOnce(sessions);
        List<Integer> ofOther = shardsOf("w2");
        List<String> epochsOfOther = epochsOf(ofOther);

        restarting.close();
        assertThat(shardsOf("w1")).isEmpty();
        start("w1", stay);

        awaitOwners("w1", 2);
        awaitEachConnectedOnce(sessions);
        assertThat(shardsOf("w2")).isEqualTo(ofOther);
        assertThat(epochsOf(ofOther)).isEqualTo(epochsOfOther);
    }

    @Test
    void aWorkerThatLosesItsPartitionsAbortsAndComesBackWithAHigherEpoch() throws Exception {
        start("w1");
        UUID session = connectedIn(0);
        FakeConnection first = whatsApp.latest(session);
        long epoch = epochOf(0);

        try (Admin admin = admin()) {
            admin.removeMembersFromConsumerGroup(
                            topic.name(), new RemoveMembersFromConsumerGroupOptions(List.of(new MemberToRemove("w1"))))
                    .all()
                    .get();
        }

        await().atMost(PATIENCE).until(first::isAborted);
        await().atMost(PATIENCE).until(() -> whatsApp.connections(session).size() == 2);
        assertThat(epochOf(0)).isGreaterThan(epoch);
        assertThat(outcomeOf(gateway.publish(session, text("m")))).isEqualTo(new Outcome.MessageSent(null, null));
    }

    @Test
    void aShardThatRedisGaveAwayIsAbortedAndTakenAgainOnKafkasWord() {
        TestWorker worker = start("w1");
        UUID session = connectedIn(0);
        FakeConnection first = whatsApp.latest(session);

        gateway.redis().opsForValue().increment(gateway.keys().epoch(0), 1_000);

        await().atMost(PATIENCE).until(first::isAborted);
        assertThat(worker.metric("merpati.worker.fenced.writes.refused")).isPositive();
        await().atMost(PATIENCE).until(() -> whatsApp.connections(session).size() == 2);
        assertThat(outcomeOf(gateway.publish(session, text("m")))).isEqualTo(new Outcome.MessageSent(null, null));
    }

    @Test
    @ExpectErrors(logger = "dev.merpati.clients.kafka.GroupConsumer")
    @ExpectErrors(logger = "org.apache.kafka.clients.consumer", message = "fenced", always = false)
    void aWorkerWhoseIdAnotherTakesStopsForGoodAndItsLivenessFails() {
        TestWorker first = start("w1");
        UUID session = connectedIn(0);
        FakeConnection old = whatsApp.latest(session);

        start("w1");

        await().atMost(PATIENCE).until(() -> first.consumerStatus().isShutOut());
        await().atMost(PATIENCE).until(old::isAborted);
        assertThat(first.call("GET", "/actuator/health/liveness").statusCode()).isEqualTo(503);
        assertThat(first.call("GET", "/actuator/health/readiness").statusCode()).isEqualTo(503);
        assertThat(outcomeOf(gateway.publish(session, text("m")))).isEqualTo(new Outcome.MessageSent(null, null));
    }

    @Test
    void aHandOverThatIsSlowDoesNotHoldUpARebalance() {
        start("w1", "merpati.worker.handover-timeout=2m", "merpati.worker.revocation-timeout=500ms");
        List<UUID> sessions = aSessionInEachShard();
        whatsApp.whenSent((connection, _) -> connection.awaitEnd(Duration.ofMinutes(2)));
        List<String> slow = sessions.stream()
                .map(session -> gateway.publish(session, text("slow")))
                .toList();
        await().atMost(PATIENCE).until(() -> whatsApp.messages().size() == 4);

        start("w2");

        awaitOwners("w2", 2);
        whatsApp.whenSent((_, _) -> new SendResult.Acknowledged(null, null));
        whatsApp.open().forEach(connection -> connection.end(CloseReason.NETWORK));
        slow.forEach(id -> assertThat(outcomeOf(id)).isEqualTo(new Outcome.MessageSent(null, null)));
    }

    @Test
    void commandsThatAreDeliveredAgainAreAnsweredFromTheStore() throws Exception {
        UUID session;
        List<String> ids;
        try (TestWorker _ = start("w1")) {
            session = connectedIn(1);
            ids = IntStream.range(0, 5)
                    .mapToObj(i -> gateway.publish(session, text("m" + i)))
                    .toList();
            ids.forEach(this::outcomeOf);
        }
        // As after a crash right before the commit.
        try (Admin admin = admin()) {
            admin.alterConsumerGroupOffsets(
                            topic.name(), Map.of(new TopicPartition(topic.name(), 1), new OffsetAndMetadata(0)))
                    .all()
                    .get();
        }

        start("w1");

        assertThat(outcomeOf(gateway.publish(session, text("last")))).isEqualTo(new Outcome.MessageSent(null, null));
        assertThat(whatsApp.messageIds()).hasSize(6).startsWith(ids.toArray(String[]::new));
    }

    @Test
    void whatAHandOverInterruptsIsSentByTheNextOwnerUnderTheSameId() {
        TestWorker leaving = start("w1");
        UUID session = connectedIn(2);
        whatsApp.whenSent((connection, _) -> connection.awaitEnd(Duration.ofSeconds(30)));
        String interrupted = gateway.publish(session, text("interrupted"));
        await().atMost(PATIENCE).until(() -> whatsApp.messages().size() == 1);
        String waiting = gateway.publish(session, text("waiting"));

        leaving.close();
        whatsApp.whenSent((_, _) -> new SendResult.Acknowledged(null, null));
        start("w2");

        assertThat(outcomeOf(interrupted)).isEqualTo(new Outcome.MessageSent(null, null));
        assertThat(outcomeOf(waiting)).isEqualTo(new Outcome.MessageSent(null, null));
        assertThat(whatsApp.messageIds()).containsExactly(interrupted, interrupted, waiting);
    }

    @Test
    @ExpectErrors(logger = "org.springframework.boot.SpringApplication", message = "commandConsumer")
    void aWorkerWhoseNumberOfShardsIsNotTheTopicsDoesNotStart() {
        start("w1");

        assertThatThrownBy(() -> new TestWorker("w2", new CommandTopic(topic.name(), 8), media, whatsApp))
                .hasRootCauseMessage(
                        "the topic " + topic.name() + " has 4 partitions, and merpati.shards is 8: they must be equal");
    }

    private List<UUID> aSessionInEachShard() {
        return IntStream.range(0, topic.partitions())
                .mapToObj(this::connectedIn)
                .toList();
    }

    private void awaitEachConnectedOnce(List<UUID> sessions) {
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(whatsApp.open())
                        .extracting(FakeConnection::sessionId)
                        .containsExactlyInAnyOrderElementsOf(sessions));
    }

    private List<String> epochsOf(List<Integer> shards) {
        return shards.stream().map(shard -> String.valueOf(epochOf(shard))).toList();
    }

    private long epochOf(int shard) {
        String epoch = gateway.redis().opsForValue().get(gateway.keys().epoch(shard));
        return epoch == null ? 0 : Long.parseLong(epoch);
    }

    private static Admin admin() {
        return Admin.create(Map.of("bootstrap.servers", Services.kafka().bootstrapServers()));
    }
}
