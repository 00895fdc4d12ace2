package dev.merpati.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** {@code kill -9} of a gateway while requests wait in it for WhatsApp's acknowledgement. */
class GatewayDeathIT {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final SharedCluster cluster = SharedCluster.get();

    /** One request, which can be made at any gateway and again. */
    private record Request(String session, String customer, String text, String key) {
        Answer at(GatewayProcess gateway) {
            return gateway.client().send(session, customer, text, "Idempotency-Key", key);
        }

        @Nullable
        Answer mayFailAt(GatewayProcess gateway) {
            try {
                return at(gateway);
            } catch (UnansweredException e) {
                return null;
            }
        }
    }

    @Test
    void whatItPublishedIsSentOnceAndAnsweredByTheOtherGateway() throws InterruptedException, ExecutionException {
        List<WorkerProcess> workers = cluster.workers(1, SharedCluster.LONG);
        GatewayProcess dying = cluster.gateways().getFirst();
        GatewayProcess other = cluster.gateways().getLast();
        List<Request> requests = requests();
        cluster.simulator().fault(Map.of("kind", "ack-delay", "millis", 8_000));

        List<Future<@Nullable Answer>> cutOff = new ArrayList<>();
        try (ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor()) {
            requests.forEach(request -> cutOff.add(clients.submit(() -> request.mayFailAt(dying))));
            await().atMost(PATIENCE)
                    .until(() ->
                            workers.getFirst().metrics().sum("merpati_worker_commands_in_flight") == requests.size());
            dying.kill();
        }

        for (int i = 0; i < requests.size(); i++) {
            Request request = requests.get(i);
            assertThat(cutOff.get(i).get()).isNull();
            Answer again = request.at(other).expect(200);
            String messageId = again.text("messageId");
            assertThat(other.client().message(messageId).text("status")).isIn("sent", "delivered", "read");
            assertThat(cluster.simulator().messages(request.customer()))
                    .filteredOn(message -> message.required("text").asString().equals(request.text()))
                    .extracting(
                            message -> message.required("id").asString(),
                            message -> message.required("copies").asInt())
                    .containsExactly(org.assertj.core.groups.Tuple.tuple(messageId, 1));
        }
        cluster.simulator().endFaults();
        dying.start();
    }

    private List<Request> requests() {
        return cluster.sessions().subList(0, 8).stream()
                .map(session -> new Request(
                        session.id(),
                        cluster.customers().getFirst(),
                        UUID.randomUUID().toString(),
                        UUID.randomUUID().toString()))
                .toList();
    }
}
