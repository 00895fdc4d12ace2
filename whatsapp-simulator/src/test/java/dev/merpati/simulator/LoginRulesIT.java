package dev.merpati.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import dev.merpati.simulator.client.ClientProfile;
import dev.merpati.simulator.client.TestDevice;
import dev.merpati.simulator.node.Jid;
import dev.merpati.simulator.node.Node;
import dev.merpati.simulator.proto.ProtoMessage;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Rules 1 to 4: what WhatsApp wants of a client before it is linked and when it logs in. */
class LoginRulesIT {
    private static final String NUMBER = "6281200000001";
    private static final String FRIEND = "6281200000002";
    private static final String TOO_OLD = "2.3000.1027934701";
    private static final String EXPIRING = "2.3000.1034999999";

    private SimulatorFixture fixture;
    private ControlClient control;

    @BeforeEach
    void start() throws Exception {
        fixture = new SimulatorFixture(SimulatorFixture.FAST);
        control = fixture.control();
        control.put("/sim/phones/" + NUMBER, Map.of());
    }

    @AfterEach
    void stop() {
        fixture.close();
    }

    @Test
    void aClientThatKeepsAllRulesIsRefusedNothing() {
        TestDevice device = fixture.linkedDevice(NUMBER);
        device.uploadPreKeys(30);
        assertThat(device.sendText(FRIEND, "3EB01", "hello").attribute("error")).isNull();
        assertThat(device.find(node -> node.child("client_expiration").isPresent()))
                .isEmpty();
        assertThat(control.get("/sim/refusals").json().get("refusals").toString())
                .isEqualTo("[]");
    }

    @Test
    void aVersionThatIsTooOldGetsNoCode() {
        TestDevice device = fixture.newDevice();
        device.pretend(ClientProfile.CURRENT.withVersion(TOO_OLD));
        device.register(new byte[32]);
        assertThat(device.await(node -> node.is("failure")).text("reason")).isEqualTo("405");
        assertThat(control.refused("client-version")).isEqualTo(1);
    }

    @Test
    void aVersionThatIsTooOldDoesNotLogIn() {
        TestDevice device = fixture.linkedDevice(NUMBER);
        device.pretend(ClientProfile.CURRENT.withVersion(TOO_OLD));
        device.connectToLogin();
        assertThat(device.await(node -> node.is("failure")).text("reason")).isEqualTo("405");
        control.put("/sim/phones/" + NUMBER, Map.of("rules", Map.of("client-version", false)));
        device.login();
    }

    @Test
    void anOldVersionShowsACodeThatNoPhoneLinks() {
        TestDevice device = fixture.newDevice();
        device.pretend(ClientProfile.CURRENT.withVersion(EXPIRING));
        ControlClient.Answer answer = scan(device.requestCodes().getFirst());
        assertThat(answer.status()).isEqualTo(422);
        assertThat(answer.json().toString()).contains("too old to be linked");
        assertThat(control.refused("linking-version")).isEqualTo(1);
    }

    @Test
    void anOldVersionThatIsLinkedIsToldWhenItExpires() {
        TestDevice device = fixture.linkedDevice(NUMBER);
        device.pretend(ClientProfile.CURRENT.withVersion(EXPIRING));
        device.login();
        Node expiration = device.await(node -> node.child("client_expiration").isPresent())
                .child("client_expiration")
                .orElseThrow();
        assertThat(Long.parseLong(expiration.text("t"))).isGreaterThan(System.currentTimeMillis() / 1000);
    }

    @Test
    void aPayloadWithoutWhatClientsSayIsRefused() {
        TestDevice device = fixture.newDevice();
        device.pretend(ClientProfile.CURRENT.incomplete());
        device.register(new byte[32]);
        assertThat(device.await(node -> node.is("failure")).text("reason")).isEqualTo("409");
        assertThat(control.get("/sim/refusals")
                        .json()
                        .get("refusals")
                        .get(0)
                        .get("sent")
                        .stringValue())
                .contains("osVersion")
                .contains("webInfo")
                .contains("buildHash");

        TestDevice linked = fixture.linkedDevice(NUMBER);
        linked.pretend(ClientProfile.CURRENT.incomplete());
        linked.connectToLogin();
        assertThat(linked.await(node -> node.is("failure")).text("reason")).isEqualTo("409");
        assertThat(control.refused("client-payload")).isEqualTo(2);
    }

    @Test
    void theOldFormOfTheCodeIsNotScanned() {
        String code = fixture.newDevice().requestCodes().getFirst();
        String old = code.substring(code.indexOf('#') + 1);
        ControlClient.Answer answer = scan(old);
        assertThat(answer.status()).isEqualTo(422);
        assertThat(answer.json().toString()).contains("linked_devices#");
        assertThat(control.refused("qr-address")).isEqualTo(1);
        assertThat(control.get("/sim/refusals").json().toString())
                .as("the keys in the code are not shown")
                .doesNotContain(old.split(",", -1)[1]);
    }

    @Test
    void theOldFormOfTheCodeIsScannedWithoutTheRule() {
        control.put("/sim/rules/qr-address", Map.of("enforced", false));
        TestDevice device = fixture.newDevice();
        String code = device.requestCodes().getFirst();
        var scan = CompletableFuture.supplyAsync(() -> scan(code.substring(code.indexOf('#') + 1)));
        device.finishPairing();
        assertThat(scan.join().status()).isEqualTo(200);
    }

    @Test
    void pairSuccessTellsTheHiddenAddressAndWhetherTheAccountIsMigrated() {
        TestDevice migrated = fixture.linkedDevice(NUMBER);
        assertThat(migrated.hiddenJid().device()).isEqualTo(1);
        assertThat(migrated.hiddenJid().isHidden()).isTrue();
        assertThat(migrated.ownAddress()).isEqualTo(migrated.hiddenJid());
        TestDevice unmigrated = fixture.unmigratedDevice(FRIEND);
        assertThat(unmigrated.ownAddress()).isEqualTo(Jid.companion(FRIEND, 1));
    }

    @Test
    void anAccountIsMigratedWhileItsClientIsConnected() {
        TestDevice device = fixture.unmigratedDevice(NUMBER);
        device.uploadPreKeys(5);
        assertThat(migratedProperty(device)).isEqualTo("0");
        assertThat(device.sendText(FRIEND, "3EB01", "by number").attribute("error"))
                .isNull();

        Node byNumber = device.text(FRIEND, "3EB02", "by number");
        Predicate<Node> announcement = node -> node.is("message") && node.has("category", "peer");
        control.put("/sim/phones/" + NUMBER, Map.of("migrated", true, "offline", true));
        assertThat(migratedProperty(device)).isEqualTo("1");
        assertThat(device.all(announcement)).isEmpty();
        control.put("/sim/phones/" + NUMBER, Map.of("offline", false));
        Node message = device.await(announcement);
        assertThat(message.text("from"))
                .isEqualTo(device.hiddenJid().withoutDevice().toString());
        ProtoMessage sync = device.open(message).requiredMessage(12).requiredMessage(23);
        ProtoMessage mapping = ProtoMessage.parse(sync.requiredBytes(1)).requiredMessage(1);
        assertThat(mapping.requiredNumber(1)).isEqualTo(Long.parseLong(NUMBER));
        assertThat(mapping.requiredNumber(2))
                .isEqualTo(Long.parseLong(device.hiddenJid().user()));

        device.send(byNumber);
        assertThat(device.awaitAck("3EB02").text("error")).isEqualTo("463");
        device.migrate();
        assertThat(device.sendText(FRIEND, "3EB03", "by hidden id").attribute("error"))
                .isNull();
    }

    private static String migratedProperty(TestDevice device) {
        return device
                .ask(TestDevice.iq("get", "abt", Node.of("props").with("protocol", "1")))
                .child("props")
                .orElseThrow()
                .children("prop")
                .stream()
                .filter(property -> property.has("config_code", "9435"))
                .findFirst()
                .orElseThrow()
                .text("config_value");
    }

    /** Of the clients for hosted accounts, some sign with 06 01 and some with 06 06. */
    @ParameterizedTest
    @ValueSource(bytes = {1, 6})
    void aHostedPhoneSignsWithItsOwnPrefixes(byte suffix) {
        control.put("/sim/phones/" + NUMBER, Map.of("hosted", true));
        TestDevice device = fixture.newDevice();
        device.signWith((byte) 6, suffix);
        fixture.link(device, NUMBER);
        device.login();
        assertThat(device.sendText(FRIEND, "3EB01", "hello").attribute("error")).isNull();
        device.await(node -> node.is("receipt") && node.has("id", "3EB01") && node.attribute("type") == null);
    }

    private ControlClient.Answer scan(String code) {
        return control.post("/sim/phones/" + NUMBER + "/scan", Map.of("qr", code));
    }
}
