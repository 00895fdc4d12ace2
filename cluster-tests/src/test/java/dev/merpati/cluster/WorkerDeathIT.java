package dev.merpati.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** {@code kill -9} of a worker while messages are sent. */
class WorkerDeathIT {
    /** Beyond the session timeout: a rebalance and the logins, on a machine that is busy. */
    private static final Duration SLACK = Duration.ofSeconds(30);

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
}
