package dev.merpati.cluster;

import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Dispatchers that die or freeze, and a Redis that restarts, while phones write. */
class EventDeliveryIT {
    private static final SharedCluster CLUSTER = SharedCluster.get();

    private static List<DispatcherProcess> dispatchers = List.of();

    @BeforeAll
    static void start() {
        CLUSTER.workers(1, SharedCluster.LONG);
        dispatchers = CLUSTER.newDispatchers(2);
        dispatchers.forEach(ClusterProcess::launch);
        dispatchers.forEach(ClusterProcess::awaitReady);
    }

    /** Other tests look at processors and memory. */
    @AfterAll
    static void stop() {
        dispatchers.forEach(ClusterProcess::terminate);
    }

    @Test
    void theKillOfADispatcherLosesAndReordersNothing() {
        try (PhoneTraffic traffic = new PhoneTraffic(CLUSTER)) {
            traffic.awaitRound();
            DispatcherProcess owner = SharedCluster.appending(dispatchers);

            owner.kill();
            traffic.awaitRound();
            owner.start();
            traffic.awaitRound();

            traffic.closeAndVerify();
        }
    }

    @Test
    void aDispatcherThatWakesUpTooLateRepeatsAndReordersNothing() {
        try (PhoneTraffic traffic = new PhoneTraffic(CLUSTER)) {
            traffic.awaitRound();
            DispatcherProcess zombie = SharedCluster.appending(dispatchers);

            zombie.pause();
            try {
                traffic.awaitRound();
            } finally {
                zombie.resume();
            }
            zombie.awaitReady();
            traffic.awaitRound();

            traffic.closeAndVerify();
        }
    }

    @Test
    void aRestartOfRedisLosesAndReordersNothing() {
        try (PhoneTraffic traffic = new PhoneTraffic(CLUSTER)) {
            traffic.awaitRound();

            CLUSTER.restartRedis();
            traffic.awaitRound();

            traffic.closeAndVerify();
        }
    }
}
