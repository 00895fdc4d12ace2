package dev.merpati.worker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.merpati.model.kafka.CommandTopic;
import dev.merpati.model.outcome.Outcome;
import java.util.List;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What must hold under either group protocol. */
@Tag("heavy")
class GroupProtocolIT extends WorkerFixture {

    @ParameterizedTest
    @ValueSource(strings = {"classic", "consumer"})
    void sharesTheShardsConsumesAndComesBackInPlace(String protocol) {
        String[] properties = {
            "merpati.worker.group-protocol=" + protocol, "merpati.worker.leave-group-on-shutdown=false"
        };
        start("w1", properties);
        List<UUID> sessions = IntStream.range(0, topic.partitions())
                .mapToObj(this::connectedIn)
                .toList();
        TestWorker second = start("w2", properties);
        awaitOwners("w1", 2);
        awaitOwners("w2", 2);
        assertAllSend(sessions);
        List<Integer> ofFirst = shardsOf("w1");

        second.close();
        start("w2", properties);

        awaitOwners("w2", 2);
        assertAllSend(sessions);
        assertThat(shardsOf("w1")).isEqualTo(ofFirst);
    }

    @ParameterizedTest
    @ValueSource(strings = {"classic", "consumer"})
    void aWorkerThatGetsNoShardIsHealthy(String protocol) {
        CommandTopic one = new CommandTopic(topic.name() + "-one", 1);
        String property = "merpati.worker.group-protocol=" + protocol;
        try (TestWorker first = new TestWorker("w1", one, media, whatsApp, property);
                TestWorker second = new TestWorker("w2", one, media, whatsApp, property)) {
            List.of(first, second).forEach(worker -> {
                awaitReady(worker);
                assertThat(worker.call("GET", "/actuator/health/readiness").statusCode())
                        .isEqualTo(200);
                assertThat(worker.call("GET", "/actuator/health/liveness").statusCode())
                        .isEqualTo(200);
            });
            assertThat(first.metric("merpati.worker.shards.owned") + second.metric("merpati.worker.shards.owned"))
                    .isEqualTo(1);
        }
    }

    private void assertAllSend(List<UUID> sessions) {
        sessions.forEach(session -> assertThat(outcomeOf(gateway.publish(session, text("m"))))
                .isEqualTo(new Outcome.MessageSent(null, null)));
    }
}
