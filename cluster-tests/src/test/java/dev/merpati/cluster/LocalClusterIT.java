package dev.merpati.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The executable jars, each as a process of its own. */
class LocalClusterIT {
    @TempDir
    private Path folder = Path.of("");

    @Test
    void oneGatewayAndTwoWorkersSendAndGoOnWhenOneWorkerIsKilled() {
        List<ProcessHandle> others = ProcessHandle.current().descendants().toList();
        List<ProcessHandle> processes;
        try (LocalCluster cluster =
                LocalCluster.in(folder).gateways(1).workers(2).shards(8).start()) {
            processes = ProcessHandle.current()
                    .descendants()
                    .filter(process -> !others.contains(process))
                    .toList();
            assertThat(processes).hasSizeGreaterThanOrEqualTo(6);
            SimulatorClient simulator = cluster.simulator().client();
            String customer = cluster.newNumber();
            PairedSession session = cluster.pairSessions(2).getFirst();

            String messageId = cluster.client().sent(session.id(), customer, "Hello from WhatsApp API!");

            assertThat(simulator
                            .awaitMessage(customer, messageId)
                            .required("text")
                            .asString())
                    .isEqualTo("Hello from WhatsApp API!");
            assertThat(cluster.workers())
                    .allSatisfy(worker -> assertThat(worker.metrics().sum("merpati_worker_shards_owned"))
                            .isEqualTo(4));

            WorkerProcess survivor = cluster.workers().getLast();
            cluster.workers().getFirst().kill();

            await().atMost(Duration.ofSeconds(60))
                    .untilAsserted(() -> assertThat(survivor.metrics().sum("merpati_worker_shards_owned"))
                            .isEqualTo(8));
            String second = cluster.client().sent(session.id(), customer, "still there");
            assertThat(simulator
                            .awaitMessage(customer, second)
                            .required("copies")
                            .asInt())
                    .isEqualTo(1);
        }
        await().atMost(Duration.ofMinutes(1))
                .untilAsserted(() -> assertThat(processes).noneMatch(ProcessHandle::isAlive));
    }
}
