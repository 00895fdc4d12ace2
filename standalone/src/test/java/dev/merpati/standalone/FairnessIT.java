package dev.merpati.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import dev.merpati.cluster.GatewayClient;
import dev.merpati.cluster.SimulatorClient;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What a stuck session and a tenant that sends as fast as it can do to others, seen through the REST API. */
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
            simulator.endFaults();
            // Before the flood is waited for: its sessions go, and so it ends at once.
            api.delete("/api/sessions/" + stuck);
            api.delete("/api/sessions/" + slow);
        }
        assertThat(ofStuck).hasSize(FLOOD).contains(429).isSubsetOf(200, 202, 404, 429, 504);
        assertThat(ofSlow).hasSize(FLOOD).contains(429).isSubsetOf(200, 202, 404, 429, 504);
        api.delete("/api/sessions/" + healthy);
        other.delete("/api/sessions/" + modest);
    }
}
