package dev.merpati.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** {@code kill -9} of a worker while messages are sent. */
class WorkerDeathIT {
    /** Beyond the session timeout: a rebalance and the logins, on a machine that is busy. */
    private static final Duration SLACK = Duration.ofSeconds(30);

    private static final Duration PATIENCE = Duration.ofMinutes(2);

    private final SharedCluster cluster = SharedCluster.get();

    @Test
    void itsSessionsAreConnectedElsewhereAndNothingIsLost() {
        List<WorkerProcess> workers = cluster.workers(2, SharedCluster.SHORT);
        try (Traffic traffic = new Traffic(cluster)) {
            traffic.awaitRound();

            workers.getLast().kill();
            long killed = System.nanoTime();
            cluster.awaitSettled(workers.subList(0, 1));

            assertThat(Duration.ofNanos(System.nanoTime() - killed)).isLessThan(SharedCluster.SHORT.plus(SLACK));
            traffic.awaitRound();
            traffic.closeAndVerify();
        }
    }

    /** Whatever step of a message it died at: what the next owner finds in Redis is what both sides agreed on. */
    @Test
    void theNextOwnerGoesOnInTheSignalSessionsThatThereAre() {
        List<WorkerProcess> workers = cluster.workers(2, SharedCluster.SHORT);
        try (Traffic traffic = new Traffic(cluster)) {
            traffic.awaitRound();
            Map<String, PairedSession> written = new HashMap<>(answers());
            awaitAtSessions(written);
            JsonNode before = cluster.simulator().stats();

            for (int i = 0; i < 5; i++) {
                written.putAll(answers());
            }
            workers.getLast().kill();
            written.putAll(answers());
            cluster.awaitSettled(workers.subList(0, 1));
            traffic.awaitRound();
            written.putAll(answers());

            awaitAtSessions(written);
            traffic.closeAndVerify();
            JsonNode after = cluster.simulator().stats();
            for (String counter : List.of("keyQueries", "undecryptable", "retryRequests", "falselyDelivered")) {
                assertThat(after.required(counter)).as(counter).isEqualTo(before.required(counter));
            }
        }
    }

    /** Each session's customer writes to it; returns the sessions by the ids of the messages. */
    private Map<String, PairedSession> answers() {
        Map<String, PairedSession> written = new HashMap<>();
        for (PairedSession session : cluster.sessions()) {
            String id =
                    cluster.simulator().write(customer(session), Map.of("to", session.phone(), "text", "an answer"));
            written.put(id, session);
        }
        return written;
    }

    /** Whom the traffic of a session goes to. */
    private String customer(PairedSession session) {
        int number = cluster.sessions().indexOf(session);
        return cluster.customers().get(number % cluster.customers().size());
    }

    private void awaitAtSessions(Map<String, PairedSession> written) {
        written.forEach((id, session) -> await("message " + id)
                .atMost(PATIENCE)
                .until(() -> cluster.simulator().isAtCompanion(customer(session), session.phone(), id)));
    }
}
