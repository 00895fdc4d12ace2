package dev.merpati.standalone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.merpati.cluster.GatewayClient;
import dev.merpati.testlogging.ExpectErrors;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** A client version that WhatsApp refuses, and the operator who raises it, on the real stack. */
@ExpectErrors(logger = "dev.merpati.simulator.rule.Refusals")
class ClientVersionIT {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final String OPERATOR_KEY = "operator-key-of-a-test-0123456789abcdef";
    /** Older than the simulator lets in. */
    private static final String REFUSED = "2.3000.1023223821";

    private static final String GOOD = "2.3000.1045649368";

    private final String phone = Product.newNumber();
    private final String customer = Product.newNumber();

    @Test
    void theOperatorsVersionBringsASessionBackThatWhatsAppRefuses(@TempDir Path data) throws Exception {
        String session;
        try (Product product = Product.start(data)) {
            session = product.api().connectedSession(product.simulator(), phone);
        }
        try (Product product = Product.start(
                data,
                Map.of(
                        "merpati.whatsapp.client-version",
                        REFUSED,
                        "merpati.whatsapp.client-version-lookup",
                        "false",
                        "merpati.operator-key",
                        OPERATOR_KEY))) {
            GatewayClient api = product.api();
            product.simulator().addPhone(customer);
            await().atMost(PATIENCE).untilAsserted(() -> {
                JsonNode refused = api.get("/api/sessions/" + session).json().required("session");
                assertThat(refused.required("status").asString()).isEqualTo("disconnected");
                assertThat(refused.path("reason").asString("")).isEqualTo("client_outdated");
            });
            long logins = logins(product);

            assertThat(setVersion(product, GOOD)).isEqualTo(200);

            api.awaitStatus(session, "connected");
            product.simulator().awaitMessage(customer, api.sent(session, customer, "Halo"));
            assertThat(logins(product)).isEqualTo(logins + 1);
        }
    }

    /** How often WhatsApp let the phone's devices in. */
    private long logins(Product product) {
        return product.simulator().phone(phone).required("logins").asLong();
    }

    private static int setVersion(Product product, String version) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(URI.create(product.url() + "/operator/client-version"))
                .header("X-Operator-Key", OPERATOR_KEY)
                .header("Content-Type", "application/json")
                .PUT(BodyPublishers.ofString("{\"version\":\"" + version + "\"}"))
                .build();
        try (HttpClient http = HttpClient.newHttpClient()) {
            HttpResponse<Void> answer = http.send(request, BodyHandlers.discarding());
            return answer.statusCode();
        }
    }
}
