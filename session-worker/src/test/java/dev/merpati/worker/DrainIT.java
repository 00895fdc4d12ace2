package dev.merpati.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.merpati.model.outcome.Outcome;
import dev.merpati.worker.consumer.CommandConsumer.Drain;
import java.util.UUID;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Scale-in of workers that stay in their group over a restart; they could keep their shards for a minute. */
@Tag("heavy")
class DrainIT extends WorkerFixture {
    private static final String STAY = "merpati.worker.leave-group-on-shutdown=false";
    private static final String LONG = "merpati.worker.session-timeout=60s";

    @ParameterizedTest
    @ValueSource(strings = {"classic", "consumer"})
    void handsOverAtOnceAndStaysAliveOutsideOfTheGroup(String protocol) {
        TestWorker leaving = start("w1", STAY, LONG, "merpati.worker.group-protocol=" + protocol);
        UUID session = connectedIn(0);
        start("w2", STAY, LONG, "merpati.worker.group-protocol=" + protocol);
        awaitOwners("w2", 2);
        assertThat(leaving.call("GET", "/actuator/drain").body()).isEqualTo("{\"state\":\"none\"}");

        assertThat(leaving.call("POST", "/actuator/drain").statusCode()).isEqualTo(200);

        assertThat(leaving.call("GET", "/actuator/health/readiness").statusCode())
                .isEqualTo(503);
        awaitOwners("w2", 4);
        await().atMost(PATIENCE).until(() -> progress(leaving) == Drain.DRAINED);
        assertThat(leaving.call("POST", "/actuator/drain").body()).isEqualTo("{\"state\":\"drained\"}");
        assertThat(leaving.call("GET", "/actuator/health/liveness").statusCode())
                .isEqualTo(200);
        assertThat(leaving.call("GET", "/actuator/health/readiness").statusCode())
                .isEqualTo(503);
        await().atMost(PATIENCE).until(() -> whatsApp.open().size() == 1);
        assertThat(outcomeOf(gateway.publish(session, text("m")))).isEqualTo(new Outcome.MessageSent(null, null));
        assertThat(shardsOf("w1")).isEmpty();
    }

    /** As a pod's preStop hook does. */
    @Test
    void leavesAlsoWhenItIsStoppedRightAfterwards() {
        TestWorker leaving = start("w1", STAY, LONG);
        start("w2", STAY, LONG);
        awaitOwners("w2", 2);

        leaving.call("POST", "/actuator/drain");
        leaving.close();

        awaitOwners("w2", 4);
    }

    private static Drain progress(TestWorker worker) {
        return worker.drainProgress();
    }
}
