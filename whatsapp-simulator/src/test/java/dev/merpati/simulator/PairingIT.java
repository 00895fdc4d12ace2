package dev.merpati.simulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.merpati.simulator.client.CodeClient;
import dev.merpati.simulator.client.PasskeyClient;
import dev.merpati.simulator.client.TestDevice;
import dev.merpati.simulator.node.Node;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Pairing by code, and phones that link nothing without their passkey. */
class PairingIT {
    private static final String NUMBER = "6281200000001";
    private static final String PHONE = "/sim/phones/" + NUMBER;
    private static final String CODE = "ABCD1234";
    private static final Duration LIMIT = Duration.ofSeconds(10);
    private static final JsonMapper MAPPER = JsonMapper.builder().build();

    private SimulatorFixture fixture;
    private ControlClient control;
    private TestDevice device;

    @BeforeEach
    void start() throws Exception {
        fixture = new SimulatorFixture(SimulatorFixture.FAST);
        control = fixture.control();
        control.put(PHONE, Map.of());
        device = fixture.newDevice();
        device.requestCodes();
    }

    @AfterEach
    void stop() {
        fixture.close();
    }

    @Test
    void theCodeThatTheClientShowsLinksIt() {
        CodeClient client = new CodeClient(device, NUMBER, CODE);
        Node answer = client.hello("Chrome (Mac OS)");
        assertThat(answer.text("type")).isEqualTo("result");
        var typed =
                CompletableFuture.supplyAsync(() -> control.post(PHONE + "/pairing-code", Map.of("code", "abcd-1234")));
        assertThat(client.finish().text("type")).isEqualTo("result");
        device.finishPairing();
        assertThat(typed.join().json().get("jid").stringValue()).isEqualTo(NUMBER + ":1@s.whatsapp.net");
        device.login();
        device.sendText("6281200000002", "3EB01", "hello");
        await().atMost(LIMIT).until(() -> control.messages("6281200000002").size() == 1);
    }

    @Test
    void aWrongCodeLinksNothing() {
        CodeClient client = new CodeClient(device, NUMBER, CODE);
        client.hello("Chrome (Mac OS)");
        var typed =
                CompletableFuture.supplyAsync(() -> control.post(PHONE + "/pairing-code", Map.of("code", "ABCD1235")));
        assertThat(client.finish().text("type")).isEqualTo("error");
        assertThat(typed.join().status()).isEqualTo(422);
        assertThat(control.post(PHONE + "/pairing-code", Map.of("code", CODE)).status())
                .as("no client shows a code any more")
                .isEqualTo(410);
        assertThat(control.post(PHONE + "/pairing-code", Map.of("code", "short"))
                        .status())
                .isEqualTo(400);
    }

    @Test
    void aNameThatIsNoBrowserAndSystemIsRefused() {
        Node refused = new CodeClient(device, NUMBER, CODE).hello("My own client");
        assertThat(refused.child("error").orElseThrow().text("code")).isEqualTo("400");
        assertThat(refusals("pairing-code-name")).isEqualTo(1);
        control.put("/sim/rules/pairing-code-name", Map.of("enforced", false));
        assertThat(new CodeClient(device, NUMBER, CODE).hello("My own client").text("type"))
                .isEqualTo("result");
    }

    @Test
    void aPasskeyLinksTheClient() {
        PasskeyClient client = demand();
        assertThat(client.prologue(assertion(client.demand()), same(), same()).text("type"))
                .isEqualTo("result");
        assertThat(client.nonce().text("type")).isEqualTo("result");
        assertThat(client.request().text("type")).isEqualTo("result");
        device.finishPairing();
        await().atMost(LIMIT)
                .until(() -> control.get("/sim/phones").json().toString().contains("\"linkedDevices\":1"));
        device.login();
    }

    @ParameterizedTest
    @ValueSource(strings = {"assertion", "commitment", "proof", "order"})
    void aSpoiledStepLinksNothing(String spoiled) {
        PasskeyClient client = demand();
        byte[] assertion = assertion(client.demand());
        UnaryOperator<byte[]> spoil = bytes -> {
            byte[] other = bytes.clone();
            other[0] ^= 1;
            return other;
        };
        Node answer;
        if (spoiled.equals("order")) {
            answer = client.nonce();
        } else {
            byte[] shown = spoiled.equals("assertion") ? assertion("{\"challenge\":\"AAAA\"}") : assertion;
            answer = client.prologue(
                    shown, spoiled.equals("commitment") ? spoil : same(), spoiled.equals("proof") ? spoil : same());
            if (spoiled.equals("commitment")) {
                answer = client.nonce();
            }
        }
        assertThat(answer.text("type")).isEqualTo("error");
        assertThat(refusals("passkey")).isEqualTo(1);
        assertThat(device.find(node -> node.child("pair-success").isPresent())).isEmpty();
    }

    @Test
    void withoutTheRuleThePasskeyIsNotDemanded() {
        control.put(PHONE, Map.of("passkey", true, "rules", Map.of("passkey", false)));
        TestDevice other = fixture.newDevice();
        fixture.link(other, NUMBER);
        other.login();
    }

    /** A client that has shown its code to a phone with a passkey, with a reference. */
    private PasskeyClient demand() {
        control.put(PHONE, Map.of("passkey", true));
        device = fixture.newDevice();
        String code = device.requestCodes().getFirst();
        PasskeyClient client = new PasskeyClient(device);
        assertThat(control.post(PHONE + "/scan", Map.of("qr", code)).status()).isEqualTo(202);
        client.demand();
        client.fetchRef();
        return client;
    }

    private byte[] assertion(String options) {
        JsonNode challenge = MAPPER.readTree(options).get("challenge");
        return MAPPER.writeValueAsBytes(control.post(PHONE + "/passkey", Map.of("challenge", challenge.stringValue()))
                .json());
    }

    private long refusals(String rule) {
        var counts = control.get("/sim/refusals").json().get("counts");
        return counts.has(rule) ? counts.get(rule).longValue() : 0;
    }

    private static UnaryOperator<byte[]> same() {
        return UnaryOperator.identity();
    }
}
