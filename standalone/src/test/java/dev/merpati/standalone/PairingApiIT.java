package dev.merpati.standalone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.merpati.cluster.Answer;
import dev.merpati.cluster.GatewayClient;
import dev.merpati.cluster.SimulatorClient;
import dev.merpati.testlogging.ExpectErrors;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** Links phones by codes that are typed in, and with passkeys, over HTTP, on the real stack. */
@ExtendWith(ProductExtension.class)
class PairingApiIT {
    private static final Duration PATIENCE = Duration.ofMinutes(1);

    private final GatewayClient api;
    private final SimulatorClient simulator;
    private final String phone = Product.newNumber();
    private final String customer = Product.newNumber();

    PairingApiIT(Product product) {
        this.api = product.api();
        this.simulator = product.simulator();
    }

    @Test
    void aCodeThatIsTypedInLinksThePhone() {
        simulator.addPhone(phone);
        String session = api.createSession();

        // A session that has only just been created, too.
        Answer code = requestCode(session).expect(200);
        assertThat(code.text("pairingCode")).matches("[1-9A-HJ-NP-TV-Z]{4}-[1-9A-HJ-NP-TV-Z]{4}");
        assertThat(Instant.parse(code.text("expiresAt"))).isAfter(Instant.now().plusSeconds(30));

        assertThat(enter(code.text("pairingCode")).status()).isEqualTo(200);
        api.awaitStatus(session, "connected");
        simulator.awaitMessage(customer, api.sent(session, customer, "Halo"));
        Answer linked = requestCode(session);
        assertThat(linked.status()).isEqualTo(409);
        assertThat(linked.text("code")).isEqualTo("session_already_connected");
        assertThat(answerPasskey(session, Map.of()).text("code")).isEqualTo("passkey_not_requested");
    }

    @Test
    void theLastOfTwoCodesLinksThePhoneAndARepeatedRequestGetsTheSame() {
        simulator.addPhone(phone);
        String session = api.createSession();
        String first = requestCode(session).expect(200).text("pairingCode");
        Map<String, String> body = Map.of("phoneNumber", "+" + phone);
        String path = "/api/sessions/" + session + "/pairing-code";
        String second = api.post(path, body, "Idempotency-Key", "key-" + session)
                .expect(200)
                .text("pairingCode");
        assertThat(second).isNotEqualTo(first);
        assertThat(api.post(path, body, "Idempotency-Key", "key-" + session).text("pairingCode"))
                .isEqualTo(second);

        assertThat(enter(first).status()).isEqualTo(422);
        assertThat(enter(requestCode(session).expect(200).text("pairingCode")).status())
                .isEqualTo(200);

        api.awaitStatus(session, "connected");
    }

    @Test
    void whatIsNoNumberIsRefusedBeforeWhatsAppIsAsked() {
        String session = api.createSession();
        String path = "/api/sessions/" + session + "/pairing-code";

        for (Object wrong : new Object[] {"0812", "123", "abc", "", "1".repeat(16), 6281234567L, Map.of()}) {
            Answer answer = api.post(path, Map.of("phoneNumber", wrong));
            assertThat(answer.status()).as("%s", answer).isEqualTo(400);
        }
        assertThat(api.post(path, Map.of()).text("code")).isEqualTo("missing_fields");
        assertThat(api.post("/api/sessions/no-session/pairing-code", Map.of("phoneNumber", phone))
                        .status())
                .isEqualTo(404);
    }

    @Test
    void aPasskeyThatWhatsAppWantsIsAskedForAndAnswered() {
        addPhoneWithPasskey();
        String session = api.createSession();
        api.awaitStatus(session, "qr");
        assertThat(scan(session).status()).isEqualTo(202);
        JsonNode passkey = awaitPasskey(session);
        JsonNode described = describe(session);
        assertThat(described.required("status").asString()).isEqualTo("connecting");
        assertThat(described.required("reason").asString()).isEqualTo("passkey_required");
        assertThat(api.get("/api/sessions/" + session + "/qr").text("code")).isEqualTo("passkey_required");
        assertThat(api.send(session, customer, "too early").text("code")).isEqualTo("passkey_required");
        assertThat(answerPasskey(session, Map.of("id", "none")).text("code")).isEqualTo("passkey_invalid");
        assertThat(answerPasskey(session, sign("AAAA")).text("code")).isEqualTo("passkey_invalid");

        Answer accepted =
                answerPasskey(session, sign(passkey.required("challenge").asString()));

        assertThat(accepted.status()).as("%s", accepted).isEqualTo(200);
        api.awaitStatus(session, "connected");
        assertThat(describe(session).has("passkey")).isFalse();
        assertThat(describe(session).has("reason")).isFalse();
        simulator.awaitMessage(customer, api.sent(session, customer, "Halo"));
    }

    @Test
    @ExpectErrors(logger = "dev.merpati.simulator.rule.Refusals")
    void anotherPasskeysSignatureIsRefusedByWhatsAppAndTheRightOneStillPasses() {
        String stranger = Product.newNumber();
        simulator.addPhone(stranger);
        addPhoneWithPasskey();
        String session = api.createSession();
        String code = requestCode(session).expect(200).text("pairingCode");
        assertThat(enter(code).status()).isEqualTo(202);
        String challenge = awaitPasskey(session).required("challenge").asString();

        Answer refused = answerPasskey(
                session,
                simulator
                        .post("/sim/phones/" + stranger + "/passkey", Map.of("challenge", challenge))
                        .json());

        assertThat(refused.status()).as("%s", refused).isEqualTo(422);
        assertThat(refused.text("code")).isEqualTo("passkey_refused");
        assertThat(answerPasskey(session, sign(challenge)).status()).isEqualTo(200);
        api.awaitStatus(session, "connected");
    }

    @Test
    void aConnectionThatIsLostWhileThePasskeyIsAwaitedShowsCodesAgain() {
        addPhoneWithPasskey();
        String session = api.createSession();
        api.awaitStatus(session, "qr");
        scan(session);
        String challenge = awaitPasskey(session).required("challenge").asString();

        assertThat(api.post("/api/sessions/" + session + "/reconnect", Map.of()).status())
                .isEqualTo(200);

        api.awaitStatus(session, "qr");
        assertThat(describe(session).has("passkey")).isFalse();
        assertThat(answerPasskey(session, sign(challenge)).text("code")).isEqualTo("passkey_not_requested");
        scan(session);
        assertThat(answerPasskey(
                                session,
                                sign(awaitPasskey(session).required("challenge").asString()))
                        .status())
                .isEqualTo(200);
        api.awaitStatus(session, "connected");
    }

    /** The next worker knows nothing of what the last one was told: the phone is linked from the beginning. */
    @Tag("heavy")
    @Test
    void aProductThatStopsMeanwhileShowsCodesAgain(@TempDir Path data) {
        String session;
        String code;
        try (Product product = Product.start(data)) {
            product.simulator().addPhone(phone);
            session = product.api().createSession();
            code = product.api()
                    .post("/api/sessions/" + session + "/pairing-code", Map.of("phoneNumber", phone))
                    .expect(200)
                    .text("pairingCode");
        }

        try (Product product = Product.start(data)) {
            product.simulator().addPhone(phone);
            product.api().awaitStatus(session, "qr");
            assertThat(product.simulator()
                            .post("/sim/phones/" + phone + "/pairing-code", Map.of("code", code))
                            .status())
                    .isEqualTo(410);
            String another = product.api()
                    .post("/api/sessions/" + session + "/pairing-code", Map.of("phoneNumber", phone))
                    .expect(200)
                    .text("pairingCode");
            product.simulator()
                    .post("/sim/phones/" + phone + "/pairing-code", Map.of("code", another))
                    .expect(200);
            product.api().awaitStatus(session, "connected");
        }
    }

    private void addPhoneWithPasskey() {
        simulator.addPhone(phone, Map.of("passkey", true));
    }

    private Answer requestCode(String session) {
        return api.post("/api/sessions/" + session + "/pairing-code", Map.of("phoneNumber", phone));
    }

    private Answer enter(String code) {
        return simulator.post("/sim/phones/" + phone + "/pairing-code", Map.of("code", code));
    }

    private Answer scan(String session) {
        String picture = api.qrCode(session).expect(200).text("qrCode");
        return simulator.scan(phone, picture);
    }

    private JsonNode sign(String challenge) {
        return simulator
                .post("/sim/phones/" + phone + "/passkey", Map.of("challenge", challenge))
                .json();
    }

    private Answer answerPasskey(String session, Object assertion) {
        return api.post("/api/sessions/" + session + "/passkey", Map.of("assertion", assertion));
    }

    private JsonNode awaitPasskey(String session) {
        await().atMost(PATIENCE).until(() -> describe(session).has("passkey"));
        return describe(session).required("passkey");
    }

    private JsonNode describe(String session) {
        return api.get("/api/sessions/" + session).json().required("session");
    }
}
