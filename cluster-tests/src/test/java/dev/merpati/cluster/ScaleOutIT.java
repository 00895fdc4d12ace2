package dev.merpati.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Workers come and go in good order while messages are sent. A session timeout would be beyond every patience. */
class ScaleOutIT {
    /** Far above what a busy machine takes for a message, and below what the API waits. */
    private static final Duration UNDISTURBED = Duration.ofSeconds(20);

    private final SharedCluster cluster = SharedCluster.get();

    @Test
    void workersThatComeAndGoMoveTheirShardsOnlyAndFailNoCommand() {
        WorkerProcess first = cluster.workers(1, SharedCluster.LONG).getFirst();
        WorkerProcess second = cluster.worker(2);
        WorkerProcess third = cluster.worker(3);
        third.set("merpati.worker.leave-group-on-shutdown", "true");
        Set<String> neverMoved = new HashSet<>(cluster.owners().keySet());
        try (Traffic traffic = new Traffic(cluster)) {
            traffic.awaitRound();

            neverMoved.removeAll(movedOnceBy(() -> cluster.workers(2, SharedCluster.LONG)));
            neverMoved.removeAll(movedOnceBy(() -> cluster.workers(3, SharedCluster.LONG)));
            traffic.awaitRound();
            assertThat(traffic.slowest(neverMoved)).isLessThan(UNDISTURBED);
            movedOnceBy(() -> {
                SharedCluster.drain(second);
                assertThat(Http.isOk(second.managementUrl() + "/health/liveness"))
                        .isTrue();
                assertThat(second.isReady()).isFalse();
                cluster.awaitSettled(List.of(first, third));
            });
            movedOnceBy(() -> {
                third.terminate();
                cluster.awaitSettled(List.of(first));
            });

            traffic.awaitRound();
            traffic.closeAndVerify();
        }
        second.terminate();
    }

    /** Requires that sessions move only as shards do, and that each that moves logs in once more and the others do not. */
    private Set<String> movedOnceBy(Runnable change) {
        Map<String, String> owners = cluster.owners();
        Map<String, Integer> expectedLogins = new HashMap<>(cluster.logins());

        change.run();

        List<String> moved = SharedCluster.moved(owners, cluster.owners());
        moved.forEach(session -> expectedLogins.merge(session, 1, Integer::sum));
        assertThat(cluster.logins()).isEqualTo(expectedLogins);
        return Set.copyOf(moved);
    }
}
