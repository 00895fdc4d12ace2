package dev.merpati.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Workers that stay members of their group while they are away, and are back before the session timeout. */
class RollingRestartIT {
    private final SharedCluster cluster = SharedCluster.get();
    private final List<WorkerProcess> workers = cluster.workers(2, SharedCluster.LONG);
    private final Map<String, String> owners = cluster.owners();

    @Test
    void movesNoSessionToAnotherWorkerAndCostsEachOneReconnect() {
        Map<String, Integer> logins = cluster.logins();
        try (Traffic traffic = new Traffic(cluster)) {
            traffic.awaitRound();

            for (WorkerProcess worker : workers) {
                worker.restart();
                cluster.awaitSettled(workers);
            }

            traffic.awaitRound();
            traffic.closeAndVerify();
        }
        assertThat(cluster.owners()).isEqualTo(owners);
        Map<String, Integer> expected = new HashMap<>(logins);
        expected.replaceAll((_, count) -> count + 1);
        assertThat(cluster.logins()).isEqualTo(expected);
    }

    @Test
    void aWorkerThatWasKilledGetsItsSessionsBackWithoutWaitingForTheSessionTimeout() {
        try (Traffic traffic = new Traffic(cluster)) {
            traffic.awaitRound();

            workers.getLast().kill();
            workers.getLast().start();
            cluster.awaitSettled(workers);

            traffic.awaitRound();
            traffic.closeAndVerify();
        }
        assertThat(cluster.owners()).isEqualTo(owners);
    }
}
