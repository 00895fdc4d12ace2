package dev.merpati.simulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.merpati.simulator.client.TestDevice;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** What a state directory keeps. */
class RestartIT {
    private static final String NUMBER = "6281200000001";
    private static final String FRIEND = "6281200000002";
    private static final Duration LIMIT = Duration.ofSeconds(10);

    @TempDir
    private Path directory;

    @Test
    void devicesLogInAndContinueTheirSessionsAfterARestart() throws Exception {
        SimulatorOptions options = SimulatorFixture.FAST.withDirectory(directory);
        TestDevice device;
        int port;
        String root;
        try (SimulatorFixture first = new SimulatorFixture(options)) {
            port = first.simulator().proxyPort();
            root = first.simulator().caCertificatePem();
            device = new TestDevice(port, TestTrust.only(first.simulator().caCertificate()));
            first.link(device, NUMBER);
            device.login();
            device.uploadPreKeys(5);
            device.sendText(FRIEND, "3EB01", "before");
            await().atMost(LIMIT).until(() -> first.control().messages(FRIEND).size() == 1);
            first.control().put("/sim/numbers/6281200000009", Map.of("registered", false, "alias", "6281200000008"));
        }
        assertThat(Files.readString(directory.resolve("ca.pem"))).isEqualTo(root);

        try (SimulatorFixture second = new SimulatorFixture(options.withProxyPort(port));
                device) {
            assertThat(second.simulator().caCertificatePem()).isEqualTo(root);
            assertThat(second.control()
                            .get("/sim/numbers")
                            .json()
                            .get("6281200000009")
                            .toString())
                    .isEqualTo("{\"registered\":false,\"alias\":\"6281200000008\"}");
            device.login();
            device.sendText(FRIEND, "3EB02", "after");
            await().atMost(LIMIT).until(() -> second.control().messages(FRIEND).size() == 1);
            assertThat(second.control().messages(FRIEND).get(0).get("text").stringValue())
                    .isEqualTo("after");
            second.control().post("/sim/phones/" + FRIEND + "/messages", Map.of("to", NUMBER, "text", "hello"));
            assertThat(device.read(device.await(node -> node.is("message")))).isEqualTo("hello");
            assertThat(second.control().stat("undecryptable")).isZero();
        }
    }

    @Test
    void numbersOfAnEarlierVersionAreRead() throws Exception {
        Files.writeString(directory.resolve("numbers.json"), "{\"6281200000009\":false}");
        try (SimulatorFixture fixture = new SimulatorFixture(SimulatorFixture.FAST.withDirectory(directory))) {
            assertThat(fixture.control().get("/sim/numbers").json().toString())
                    .isEqualTo("{\"6281200000009\":{\"registered\":false,\"alias\":null}}");
        }
    }

    @Test
    void theNoiseRootIsToldAndStaysTheSame() throws Exception {
        String root = noiseRoot();
        assertThat(root).hasSize(64);
        assertThat(noiseRoot()).isEqualTo(root);
    }

    private String noiseRoot() throws Exception {
        try (SimulatorFixture fixture = new SimulatorFixture(SimulatorFixture.FAST.withDirectory(directory))) {
            TestDevice device = fixture.newDevice();
            device.requestCodes();
            String root = fixture.control().get("/sim").json().get("noiseRoot").stringValue();
            assertThat(HexFormat.of().parseHex(root))
                    .satisfies(key ->
                            assertThat(device.handshake().isSignedBy(key)).isTrue());
            return root;
        }
    }

    @Test
    void aPhoneKeepsItsKindItsRulesAndItsHiddenId() throws Exception {
        SimulatorOptions options = SimulatorFixture.FAST.withDirectory(directory);
        String lid;
        try (SimulatorFixture first = new SimulatorFixture(options)) {
            first.control()
                    .put(
                            "/sim/phones/" + NUMBER,
                            Map.of("migrated", false, "hosted", true, "rules", Map.of("qr-address", false)));
            lid = first.control()
                    .post("/sim/phones/" + NUMBER + "/rotate-lid", Map.of())
                    .json()
                    .get("lid")
                    .stringValue();
        }
        try (SimulatorFixture second = new SimulatorFixture(options)) {
            JsonNode phone = second.control().get("/sim/phones").json().get(0);
            assertThat(phone.get("migrated").booleanValue()).isFalse();
            assertThat(phone.get("hosted").booleanValue()).isTrue();
            assertThat(phone.get("rules").toString()).isEqualTo("{\"qr-address\":false}");
            TestDevice device = second.linkedDevice(NUMBER);
            assertThat(device.hiddenJid().withoutDevice()).hasToString(lid);
        }
    }

    @Test
    void chatsAndTheLockOfNewOnesOutliveARestart() throws Exception {
        SimulatorOptions options = SimulatorFixture.FAST.withDirectory(directory);
        TestDevice device;
        int port;
        try (SimulatorFixture first = new SimulatorFixture(options)) {
            port = first.simulator().proxyPort();
            device = new TestDevice(port, TestTrust.only(first.simulator().caCertificate()));
            first.link(device, NUMBER);
            device.login();
            device.uploadPreKeys(5);
            device.sendText(FRIEND, "3EB01", "before");
            first.control().post("/sim/phones/" + NUMBER + "/time-lock", Map.of("seconds", 3600));
        }
        try (SimulatorFixture second = new SimulatorFixture(options.withProxyPort(port));
                device) {
            device.login();
            assertThat(device.sendText(FRIEND, "3EB02", "to one who knows us").attribute("error"))
                    .isNull();
            assertThat(device.sendText("6281200000003", "3EB03", "to a stranger")
                            .text("error"))
                    .isEqualTo("463");
            assertThat(second.control().refused("reach-out-time-lock")).isEqualTo(1);
        }
    }

    @Test
    void aDeletedPhoneStaysDeleted() throws Exception {
        SimulatorOptions options = SimulatorFixture.FAST.withDirectory(directory);
        try (SimulatorFixture first = new SimulatorFixture(options)) {
            first.linkedDevice(NUMBER);
            first.control().put("/sim/phones/" + FRIEND, Map.of());
            assertThat(first.control().delete("/sim/phones/" + NUMBER).status()).isEqualTo(200);
        }
        try (SimulatorFixture second = new SimulatorFixture(options)) {
            assertThat(second.control().get("/sim/phones").json().toString())
                    .contains(FRIEND)
                    .doesNotContain(NUMBER);
        }
    }
}
