package dev.merpati.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** A worker that is frozen for longer than the session timeout while messages are sent, and then wakes up. */
class ZombieIT {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final SharedCluster cluster = SharedCluster.get();

    @Test
    void wakesUpSendsNothingClosesItsSocketsAndJoinsAgain() {
        List<WorkerProcess> workers = cluster.workers(2, SharedCluster.SHORT);
        WorkerProcess other = workers.getFirst();
        WorkerProcess zombie = workers.getLast();
        Map<String, Integer> expectedLogins = new HashMap<>(cluster.logins());
        try (Traffic traffic = new Traffic(cluster)) {
            traffic.awaitRound();
            Map<String, String> before = cluster.owners();

            zombie.pause();
            long heldByZombie = cluster.connectionsOf(zombie);
            cluster.awaitSettled(List.of(other));
            Map<String, String> meanwhile = cluster.owners();
            traffic.awaitRound();
            assertThat(heldByZombie).isEqualTo(owned(before, zombie));
            assertThat(cluster.connectionsOf(zombie)).isEqualTo(heldByZombie);
            Map<String, Integer> copies = traffic.copies();
            zombie.resume();
            cluster.awaitSettled(workers);

            // Had the zombie connected a session before it joined again, it would have logged in once more.
            SharedCluster.moved(before, meanwhile).forEach(session -> expectedLogins.merge(session, 1, Integer::sum));
            SharedCluster.moved(meanwhile, cluster.owners())
                    .forEach(session -> expectedLogins.merge(session, 1, Integer::sum));
            assertThat(cluster.logins()).isEqualTo(expectedLogins);
            await().atMost(PATIENCE)
                    .untilAsserted(
                            () -> assertThat(cluster.connectionsOf(zombie)).isEqualTo(owned(cluster.owners(), zombie)));
            traffic.awaitRound();
            traffic.closeAndVerify();
            // What the zombie had begun before its sleep was sent by the other one: it must not be sent once more.
            assertThat(traffic.copies()).containsAllEntriesOf(copies);
        } finally {
            zombie.resume();
        }
    }

    private static long owned(Map<String, String> owners, WorkerProcess worker) {
        return owners.values().stream().filter(worker.name()::equals).count();
    }
}
