package dev.merpati.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import dev.merpati.cluster.Answer;
import dev.merpati.cluster.GatewayClient;
import dev.merpati.cluster.SimulatorClient;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import tools.jackson.databind.JsonNode;

/** The life of a session from its creation to its deletion, over HTTP, on the real stack. */
@ExtendWith(ProductExtension.class)
class SessionLifeIT {
    private final GatewayClient api;
    private final SimulatorClient simulator;
    private final String phone = Product.newNumber();
    private final String customer = Product.newNumber();

    SessionLifeIT(Product product) {
        this.api = product.api();
        this.simulator = product.simulator();
    }

    @Test
    void livesFromCreationToDeletion() {
        String session = api.createSession();
        api.awaitStatus(session, "qr");
        assertThat(describe(session).required("phone_number").isNull()).isTrue();
        assertThat(describe(session).required("isConnected").asBoolean()).isFalse();

        api.pair(session, simulator, phone);
        assertThat(describe(session).required("phone_number").asString()).isEqualTo(phone);
        assertThat(describe(session).required("isConnected").asBoolean()).isTrue();
        assertThat(api.get("/api/sessions/" + session + "/qr").status()).isEqualTo(409);

        String text = api.sent(session, customer, "Hello from WhatsApp API!");
        JsonNode received = simulator.awaitMessage(customer, text);
        assertThat(received.required("text").asString()).isEqualTo("Hello from WhatsApp API!");
        assertThat(received.required("from").asString()).isEqualTo(phone);
        assertThat(received.required("copies").asInt()).isEqualTo(1);
        api.awaitMessageStatus(text, "delivered");
        simulator.read(customer);
        api.awaitMessageStatus(text, "read");

        simulator.unlink(phone);
        api.awaitStatus(session, "disconnected");
        assertThat(api.send(session, customer, "Nobody there").status()).isEqualTo(409);

        Answer reconnect = api.post("/api/sessions/" + session + "/reconnect", Map.of());
        assertThat(reconnect.status()).as("%s", reconnect).isEqualTo(200);
        assertThat(reconnect.text("message")).isEqualTo("Session reconnection initiated");
        api.pair(session, simulator, phone);
        simulator.awaitMessage(customer, api.sent(session, customer, "Back again"));

        Answer deleted = api.delete("/api/sessions/" + session);
        assertThat(deleted.status()).as("%s", deleted).isEqualTo(200);
        assertThat(deleted.text("message")).isEqualTo("Session deleted successfully");
        assertThat(api.get("/api/sessions/" + session).status()).isEqualTo(404);
        assertThat(api.get("/api/messages/" + text).status()).isEqualTo(404);
        assertThat(linkedDevices()).isZero();
    }

    @Test
    void checksNumbers() {
        String session = api.connectedSession(simulator, phone);

        Answer answer = api.check(session, List.of("6281234567890", "+62 898-7654-3210", "6281234567890"));

        assertThat(answer.status()).as("%s", answer).isEqualTo(200);
        assertThat(answer.json().required("summary").toString())
                .isEqualTo("{\"total\":3,\"valid\":2,\"invalid\":1,\"unknown\":0}");
        assertThat(answer.json().required("results").toString())
                .isEqualTo("[{\"phoneNumber\":\"6281234567890\",\"isValid\":true,\"status\":\"valid\","
                        + "\"whatsappNumber\":\"6281234567890\"},"
                        + "{\"phoneNumber\":\"+62 898-7654-3210\",\"isValid\":false,\"status\":\"invalid\"},"
                        + "{\"phoneNumber\":\"6281234567890\",\"isValid\":true,\"status\":\"valid\","
                        + "\"whatsappNumber\":\"6281234567890\"}]");
    }

    @Test
    void sendsToTheAddressThatWhatsAppNamesForANumber() {
        String session = api.connectedSession(simulator, phone);

        Answer sent = api.send(session, "+55 11 98765-4321", "Olá");

        assertThat(sent.status()).as("%s", sent).isEqualTo(200);
        assertThat(sent.text("whatsappNumber")).isEqualTo("551187654321");
        assertThat(simulator
                        .awaitMessage("551187654321", sent.text("messageId"))
                        .required("text")
                        .asString())
                .isEqualTo("Olá");
    }

    @Test
    void refusesARecipientThatIsNotOnWhatsApp() {
        String session = api.connectedSession(simulator, phone);

        Answer answer = api.send(session, "6289876543210", "Hello?");

        assertThat(answer.status()).as("%s", answer).isEqualTo(400);
        assertThat(answer.text("error")).isEqualTo("Invalid WhatsApp Number");
        assertThat(answer.text("phoneNumber")).isEqualTo("6289876543210");
    }

    private JsonNode describe(String session) {
        return api.get("/api/sessions/" + session).json().required("session");
    }

    private int linkedDevices() {
        return simulator.phone(phone).required("linkedDevices").asInt();
    }
}
