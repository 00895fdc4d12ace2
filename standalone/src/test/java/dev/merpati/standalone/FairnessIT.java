package dev.merpati.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import dev.merpati.cluster.GatewayClient;
import dev.merpati.cluster.SimulatorClient;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What a stuck session and a tenant that sends as fast as it can do to others, seen through the REST API. */
@Tag("heavy")
@ExtendWith(ProductExtension.class)
class FairnessIT {
    private static final int FLOOD = 150;

    private final GatewayClient api;
    private final GatewayClient other;
    private final SimulatorClient simulator;

    FairnessIT(Product product) {
        this.api = product.api();
        this.other = product.otherTenant();
        this.simulator = product.simulator();
    }

    @Test
    void aFloodOverStuckSlowAndHealthySessionsKeepsNeitherAnotherTenantNorAnotherSessionWaiting() throws Exception {
        String customer = Product.newNumber();
        simulator.addPhone(customer);
        String stuckPhone = Product.newNumber();
        String slowPhone = Product.newNumber();
        String stuck = api.connectedSession(simulator, stuckPhone);
        String slow = api.connectedSession(simulator, slowPhone);
        String healthy = api.connectedSession(simulator, Product.newNumber());
        String modest = other.connectedSession(simulator, Product.newNumber());
        simulator.fault(Map.of("kind", "ack-drop", "session", stuckPhone));
        simulator.fault(Map.of("kind", "slow-network", "session", slowPhone, "millis", 300));
        ConcurrentLinkedQueue<Integer> ofStuck = new ConcurrentLinkedQueue<>();
        ConcurrentLinkedQueue<Integer> ofSlow = new ConcurrentLinkedQueue<>();
        List<Future<?>> flood = new ArrayList<>();
        try (ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < FLOOD; i++) {
                flood.add(clients.submit(
                        () -> ofStuck.add(api.send(stuck, customer, "stuck").status())));
                flood.add(clients.submit(
                        () -> ofSlow.add(api.send(slow, customer, "slow").status())));
            }

            for (int i = 0; i < 15; i++) {
                other.sent(modest, customer, "of another tenant");
                api.sent(healthy, customer, "of another session");
            }

            assertThat(ofStuck).as("nothing but that it is full").doesNotContain(200);
            assertThat(flood).as("many of the flood still wait").anyMatch(request -> !request.isDone());
            // Before the flood is waited for: its sessions go, and so it ends at once.
            api.delete("/api/sessions/" + stuck);
            api.delete("/api/sessions/" + slow);
            simulator.endFaults();
        }
        assertAnswers(ofStuck, 202, 404, 429, 503);
        assertAnswers(ofSlow, 200, 202, 404, 429, 503);
        api.delete("/api/sessions/" + healthy);
        other.delete("/api/sessions/" + modest);
    }

    /**
     * Each request is answered by what became of it: 200 when it was sent, 429 when the session was full, 404 when it
     * still waited as the session was deleted, 202 when it had waited for 30 s by then, 503 when a busy machine had not
     * taken it in time. Only of the one message that was under way as the session was deleted it may be unknown whether it
     * has left.
     */
    private static void assertAnswers(Collection<Integer> statuses, Integer... right) {
        assertThat(statuses).hasSize(FLOOD).contains(429);
        assertThat(statuses)
                .filteredOn(status -> !List.of(right).contains(status))
                .hasSizeLessThanOrEqualTo(1)
                .isSubsetOf(504);
    }
}
