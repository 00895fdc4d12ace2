package dev.merpati.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import dev.merpati.cluster.Answer;
import dev.merpati.cluster.GatewayClient;
import dev.merpati.cluster.SimulatorClient;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** What a customer sees when WhatsApp misbehaves: every kind of fault that the simulator knows. */
@ExtendWith(ProductExtension.class)
class FaultsIT {
    private final GatewayClient api;
    private final SimulatorClient simulator;
    private final String phone = Product.newNumber();
    private final String customer = Product.newNumber();
    private String session = "";

    FaultsIT(Product product) {
        this.api = product.api();
        this.simulator = product.simulator();
    }

    @BeforeEach
    void connect() {
        simulator.addPhone(customer);
        session = api.connectedSession(simulator, phone);
    }

    @AfterEach
    void mend() {
        simulator.endFaults();
        api.delete("/api/sessions/" + session);
    }

    @Test
    void waitsForALateAcknowledgement() {
        fault("ack-delay", "millis", 1_500);

        arrivesOnce(api.sent(session, customer, "patience"));
    }

    @Tag("heavy")
    @Test
    void sendsAgainUnderTheSameIdWhenTheAcknowledgementIsLost() {
        fault("ack-drop");

        Answer answer = api.send(session, customer, "once");

        assertThat(answer.status()).as("%s", answer).isIn(200, 202);
        String messageId = answer.text("messageId");
        simulator.awaitMessage(customer, messageId);
        api.awaitMessageStatus(messageId, "delivered");
        assertThat(simulator.messages(customer)).hasSize(1);
    }

    @Test
    void tellsWhatWhatsAppRefusedAMessageWith() {
        fault("ack-error", "code", 479);

        Answer answer = api.send(session, customer, "refused");

        assertThat(answer.status()).as("%s", answer).isEqualTo(422);
        assertThat(answer.text("error")).isEqualTo("Message Rejected");
        assertThat(answer.json().required("reason").asInt()).isEqualTo(479);
        arrivesOnce(api.sent(session, customer, "accepted"));
    }

    @Tag("heavy")
    @ParameterizedTest
    @ValueSource(strings = {"usync-error", "usync-drop"})
    void neverCallsANumberInvalidThatWhatsAppDidNotAnswerFor(String kind) {
        simulator.fault(Map.of("kind", kind, "session", phone));

        Answer answer = api.check(session, List.of(customer));

        assertThat(answer.status()).as("%s", answer).isEqualTo(200);
        JsonNode result = answer.json().required("results").required(0);
        assertThat(result.required("isValid").asBoolean()).isFalse();
        assertThat(result.required("status").asString()).isEqualTo("unknown");
        simulator.endFaults();
        assertThat(api.check(session, List.of(customer))
                        .json()
                        .required("results")
                        .required(0)
                        .required("status")
                        .asString())
                .isEqualTo("valid");
    }

    @Tag("heavy")
    @ParameterizedTest
    @ValueSource(strings = {"usync-error", "usync-drop"})
    void sendsAllTheSameWhenTheRecipientCannotBeValidatedAtOnce(String kind) {
        fault(kind);

        Answer answer = api.send(session, customer, "validated later");

        assertThat(answer.status()).as("%s", answer).isIn(200, 202);
        arrivesOnce(answer.text("messageId"));
    }

    @Test
    void reconnectsWhenTheConnectionIsCut() {
        fault("drop-connection", "afterMillis", 0);

        arrivesOnce(api.sent(session, customer, "after the cut"));
        assertThat(api.status(session)).isEqualTo("connected");
    }

    @ParameterizedTest
    @ValueSource(ints = {403, 409, 500, 503, 515})
    void reconnectsAfterAStreamError(int code) {
        fault("stream-error", "code", code);

        Answer answer = api.send(session, customer, "after the error");

        assertThat(answer.status()).as("%s", answer).isIn(200, 202);
        arrivesOnce(answer.text("messageId"));
    }

    @Test
    void staysDisconnectedAfterTheStreamErrorThatEndsTheLink() {
        fault("stream-error", "code", 401);

        api.awaitStatus(session, "disconnected");
        assertThat(api.send(session, customer, "nobody there").status()).isEqualTo(409);
    }

    @ParameterizedTest
    @ValueSource(ints = {401, 403, 405})
    void staysDisconnectedWhenTheLoginIsRefusedForGood(int code) {
        fault("refuse-login", "code", code);
        fault("drop-connection", "afterMillis", 0);

        api.awaitStatus(session, "disconnected");
        assertThat(api.send(session, customer, "nobody there").status()).isEqualTo(409);
    }

    @Tag("heavy")
    @Test
    void logsInAgainWhenWhatsAppWasUnavailable() {
        fault("refuse-login", "code", 503);
        fault("drop-connection", "afterMillis", 0);

        Answer answer = api.send(session, customer, "available again");

        assertThat(answer.status()).as("%s", answer).isIn(200, 202);
        arrivesOnce(answer.text("messageId"));
    }

    @Test
    void connectsAgainWhenTheNetworkWasAway() {
        fault("refuse-connect");
        fault("drop-connection", "afterMillis", 0);

        Answer answer = api.send(session, customer, "back");

        assertThat(answer.status()).as("%s", answer).isIn(200, 202);
        arrivesOnce(answer.text("messageId"));
    }

    @Test
    void worksOnASlowNetwork() {
        simulator.fault(Map.of("kind", "slow-network", "session", phone, "millis", 200));

        arrivesOnce(api.sent(session, customer, "slow"));
    }

    private void fault(String kind) {
        simulator.fault(Map.of("kind", kind, "session", phone, "times", 1));
    }

    private void fault(String kind, String field, int value) {
        simulator.fault(Map.of("kind", kind, "session", phone, "times", 1, field, value));
    }

    private void arrivesOnce(String messageId) {
        JsonNode received = simulator.awaitMessage(customer, messageId);
        assertThat(received.required("copies").asInt()).isEqualTo(1);
    }
}
