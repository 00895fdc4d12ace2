package dev.merpati.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** {@code kill -9} of a worker that was told to delete a session. */
class DeletionIT {
    private static final Duration PATIENCE = Duration.ofMinutes(3);

    private final SharedCluster cluster = SharedCluster.get();
    private final GatewayClient api = cluster.gateways().getFirst().client();

    @Test
    void theNextOwnerUnlinksTheDeviceAndNothingOfTheSessionIsLeft() {
        List<WorkerProcess> workers = cluster.workers(2, SharedCluster.SHORT);
        PairedSession session = cluster.pairAnother();
        String path = "/api/sessions/" + session.id();
        WorkerProcess owner = cluster.owner(session.id());

        // So that it cannot be done before the worker is dead.
        owner.pause();
        CompletableFuture<Answer> deletion = CompletableFuture.supplyAsync(() -> api.delete(path));
        await().atMost(PATIENCE).until(() -> api.get(path).status(), Integer.valueOf(404)::equals);
        owner.kill();

        assertThat(deletion.join().status()).isIn(200, 503, 504);
        await().atMost(PATIENCE).until(() -> linkedDevices(session) == 0);
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(cluster.keysOf(session.id())).isEmpty());
        assertThat(api.get(path).status()).isEqualTo(404);
        assertThat(api.get("/api/sessions?limit=200").expect(200).bodyText()).doesNotContain(session.id());
        assertThat(Set.of(200, 404)).contains(api.delete(path).status());
        owner.start();
        cluster.awaitSettled(workers);
    }

    private int linkedDevices(PairedSession session) {
        return cluster.simulator()
                .phone(session.phone())
                .required("linkedDevices")
                .asInt();
    }
}
