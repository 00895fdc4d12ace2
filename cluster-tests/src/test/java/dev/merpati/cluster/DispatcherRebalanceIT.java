package dev.merpati.cluster;

import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/** Rebalances while phones write: of dispatchers that come, stop cleanly, die, and freeze, always the one that has the tenant. */
class DispatcherRebalanceIT {
    private static final SharedCluster CLUSTER = SharedCluster.get();
    private static final List<DispatcherProcess> DISPATCHERS = CLUSTER.newDispatchers(3);

    /** Other tests look at processors and memory. */
    @AfterAll
    static void stop() {
        running().forEach(ClusterProcess::terminate);
    }

    @Test
    void dispatchersThatComeAndGoLoseAndReorderNothing() {
        CLUSTER.workers(1, SharedCluster.LONG);
        DISPATCHERS.getFirst().start();
        try (PhoneTraffic traffic = new PhoneTraffic(CLUSTER)) {
            traffic.awaitRound();
            DISPATCHERS.subList(1, 3).forEach(ClusterProcess::launch);
            DISPATCHERS.forEach(ClusterProcess::awaitReady);
            traffic.awaitRound();

            DispatcherProcess leaving = SharedCluster.appending(running());
            leaving.terminate();
            traffic.awaitRound();
            leaving.launch();

            leaving.awaitReady();
            DispatcherProcess dying = SharedCluster.appending(running());
            dying.kill();
            traffic.awaitRound();
            dying.start();

            DispatcherProcess freezing = SharedCluster.appending(running());
            freezing.pause();
            try {
                traffic.awaitRound();
            } finally {
                freezing.resume();
            }
            traffic.awaitRound();

            traffic.closeAndVerify();
        }
    }

    private static List<DispatcherProcess> running() {
        return DISPATCHERS.stream().filter(ClusterProcess::isAlive).toList();
    }
}
