package dev.merpati.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import dev.merpati.simulator.client.TestDevice;
import dev.merpati.simulator.node.Jid;
import dev.merpati.simulator.node.Node;
import dev.merpati.simulator.phone.HiddenId;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What happens around pairing and login. */
class LoginIT {
    private static final String NUMBER = "6281200000001";

    /** The server speaks so late that what the client sends at once comes before. */
    private static final SimulatorOptions SLOW = SimulatorFixture.FAST.withFirstNodeDelay(Duration.ofMillis(500));

    @Test
    void successNamesTheDevicesOwnHiddenAddress() throws Exception {
        try (SimulatorFixture fixture = new SimulatorFixture(SimulatorFixture.FAST)) {
            fixture.linkedDevice(NUMBER);
            TestDevice second = fixture.linkedDevice(NUMBER);
            assertThat(second.await(node -> node.is("success")).text("lid"))
                    .isEqualTo(Jid.hidden(HiddenId.of(NUMBER), 2).toString());
        }
    }

    @Test
    void whatAClientSendsBeforeSuccessIsAnsweredAfterIt() throws Exception {
        try (SimulatorFixture fixture = new SimulatorFixture(SLOW)) {
            TestDevice device = fixture.newDevice();
            fixture.link(device, NUMBER);
            device.connectToLogin();
            Node ping = ping();
            device.send(ping);
            Node answer = device.await(node -> node.has("id", ping.text("id")));
            assertThat(answer.text("type")).isEqualTo("result");
            List<Node> received = device.all(_ -> true);
            assertThat(received.getFirst().tag()).isEqualTo("success");
        }
    }

    @Test
    void aPingIsAnsweredDuringPairing() throws Exception {
        try (SimulatorFixture fixture = new SimulatorFixture(SimulatorFixture.FAST)) {
            TestDevice device = fixture.newDevice();
            device.requestCodes();
            assertThat(device.ask(ping()).text("type")).isEqualTo("result");
            assertThat(device.ask(TestDevice.iq("get", "blocklist")).text("type"))
                    .as("nothing else is answered before login")
                    .isEqualTo("error");
        }
    }

    @Test
    void theDigestIsOverAllKeysThatTheServerHas() throws Exception {
        try (SimulatorFixture fixture = new SimulatorFixture(SimulatorFixture.FAST)) {
            TestDevice device = fixture.linkedDevice(NUMBER);
            List<byte[]> uploaded = device.uploadPreKeys(3);
            Node digest = device.ask(TestDevice.iq("get", "encrypt", Node.of("digest")))
                    .child("digest")
                    .orElseThrow();
            assertThat(digest.child("list").orElseThrow().children("id")).hasSize(3);
            MessageDigest sha1 = MessageDigest.getInstance("SHA-1");
            uploaded.forEach(sha1::update);
            assertThat(digest.childContent("hash")).hasValue(sha1.digest());
        }
    }

    private static Node ping() {
        return TestDevice.iq("get", "w:p", Node.of("ping"));
    }

    @Test
    void aClientThatLeavesOnceItHasSignedIsPaired(@TempDir Path directory) throws Exception {
        try (SimulatorFixture fixture = new SimulatorFixture(SimulatorFixture.FAST.withDirectory(directory))) {
            TestDevice device = fixture.newDevice();
            String code = device.requestCodes().getFirst();
            fixture.control().put("/sim/phones/" + NUMBER, Map.of());
            CompletableFuture<ControlClient.Answer> scan = CompletableFuture.supplyAsync(
                    () -> fixture.control().post("/sim/phones/" + NUMBER + "/scan", Map.of("qr", code)));
            device.signPairing();
            device.disconnect();
            assertThat(scan.join().status()).isEqualTo(200);
            device.login();
        }
    }
}
