package dev.merpati.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

/** A person's browser can reach another gateway with each request; the code is one worker's. */
class PairingByCodeIT {
    private final SharedCluster cluster = SharedCluster.get();
    private final GatewayClient first = cluster.gateways().getFirst().client();
    private final GatewayClient second = cluster.gateways().getLast().client();
    private final String phone = cluster.newPhone();

    @Test
    void aCodeOfOneGatewayIsReplacedThroughTheOtherAndBothSeeTheSessionConnected() {
        cluster.workers(1, SharedCluster.LONG);
        String session = first.createSession();
        String old = code(second, session);
        String valid = code(first, session);
        assertThat(valid).isNotEqualTo(old);

        assertThat(enter(old).status()).isEqualTo(422);
        assertThat(enter(code(second, session)).status()).isEqualTo(200);

        for (GatewayClient gateway : List.of(first, second)) {
            gateway.awaitStatus(session, "connected");
            Answer linked = requestCode(gateway, session);
            assertThat(linked.status()).isEqualTo(409);
            assertThat(linked.text("code")).isEqualTo("session_already_connected");
        }
        second.sent(session, cluster.customers().getFirst(), "Halo");
        second.delete("/api/sessions/" + session).expect(200);
    }

    @Test
    void ofTwoCodesThatAreAskedForAtOnceOneLinksThePhone() throws InterruptedException, ExecutionException {
        cluster.workers(1, SharedCluster.LONG);
        String session = first.createSession();
        first.awaitStatus(session, "qr");
        List<String> codes;
        try (ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor()) {
            Future<String> one = clients.submit(() -> code(first, session));
            Future<String> other = clients.submit(() -> code(second, session));
            codes = List.of(one.get(), other.get());
        }
        assertThat(codes).doesNotHaveDuplicates();

        // A code typed in wrongly links nothing, and the one that counts is still good.
        boolean linked = codes.stream().anyMatch(code -> enter(code).status() == 200);

        assertThat(linked || enter(code(first, session)).status() == 200).isTrue();
        first.awaitStatus(session, "connected");
        second.awaitStatus(session, "connected");
        first.delete("/api/sessions/" + session).expect(200);
    }

    private String code(GatewayClient gateway, String session) {
        return requestCode(gateway, session).expect(200).text("pairingCode");
    }

    private Answer requestCode(GatewayClient gateway, String session) {
        return gateway.post("/api/sessions/" + session + "/pairing-code", Map.of("phoneNumber", phone));
    }

    private Answer enter(String code) {
        return cluster.simulator().post("/sim/phones/" + phone + "/pairing-code", Map.of("code", code));
    }
}
