package dev.merpati.simulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.merpati.simulator.client.TestDevice;
import dev.merpati.simulator.node.Jid;
import dev.merpati.simulator.node.Node;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a companion has not confirmed comes again at its next login. */
class DeliveryIT {
    private static final String NUMBER = "6281200000001";
    private static final String FRIEND = "6281200000002";
    private static final Duration LIMIT = Duration.ofSeconds(10);

    @TempDir
    private Path directory;

    @Test
    void whatADyingConnectionDidNotConfirmComesAgain() throws Exception {
        try (SimulatorFixture fixture = new SimulatorFixture(SimulatorFixture.FAST)) {
            TestDevice device = silentDevice(fixture);
            write(fixture, "unconfirmed");
            Node first = device.await(node -> node.is("message"));
            device.disconnect();
            await().atMost(LIMIT).until(() -> fixture.control().stat("openConnections") == 0);

            device.login();
            Node again = device.await(node -> node.is("message"));
            assertThat(again).isEqualTo(first.with("offline", "1"));
            device.send(TestDevice.ack(again));
            assertThat(offlineCount(device)).isEqualTo("1");
            device.login();
            assertThat(offlineCount(device)).isEqualTo("0");
        }
    }

    @Test
    void aMessageIsConfirmedByAReceiptToo() throws Exception {
        try (SimulatorFixture fixture = new SimulatorFixture(SimulatorFixture.FAST)) {
            TestDevice device = silentDevice(fixture);
            write(fixture, "read");
            Node message = device.await(node -> node.is("message"));
            device.send(Node.of("receipt")
                    .with("id", message.text("id"))
                    .with("to", Jid.phone(FRIEND).toString()));
            device.await(node -> node.is("ack"));
            device.login();
            assertThat(offlineCount(device)).isEqualTo("0");
        }
    }

    @Test
    void whatWaitsSurvivesARestart() throws Exception {
        SimulatorOptions options = SimulatorFixture.FAST.withDirectory(directory);
        TestDevice device;
        int port;
        try (SimulatorFixture first = new SimulatorFixture(options)) {
            port = first.simulator().proxyPort();
            device = new TestDevice(port, TestTrust.only(first.simulator().caCertificate()));
            first.link(device, NUMBER);
            device.login();
            device.uploadPreKeys(5);
            device.acknowledge(false);
            write(first, "unconfirmed");
            device.await(node -> node.is("message"));
        }
        try (SimulatorFixture second = new SimulatorFixture(options.withProxyPort(port))) {
            // Only what is written after the phone's file was written last shows whether waiting changes it.
            write(second, "first");
            write(second, "second");
        }
        try (SimulatorFixture third = new SimulatorFixture(options.withProxyPort(port));
                device) {
            device.login();
            assertThat(device.all(node -> node.is("message")))
                    .extracting(device::read)
                    .containsExactly("unconfirmed", "first", "second");
            assertThat(third.control().stat("logins")).isEqualTo(1);
        }
    }

    /** A device that confirms nothing from now on, and to which the friend has written before. */
    private static TestDevice silentDevice(SimulatorFixture fixture) {
        TestDevice device = fixture.linkedDevice(NUMBER);
        device.uploadPreKeys(5);
        write(fixture, "hello");
        device.await(node -> node.is("message"));
        device.await(node -> node.has("type", "privacy_token"));
        device.ask(TestDevice.iq("get", "w:p", Node.of("ping")));
        device.acknowledge(false);
        device.login();
        return device;
    }

    private static void write(SimulatorFixture fixture, String text) {
        fixture.control().put("/sim/phones/" + FRIEND, Map.of());
        assertThat(fixture.control()
                        .post("/sim/phones/" + FRIEND + "/messages", Map.of("to", NUMBER, "text", text))
                        .status())
                .isEqualTo(200);
    }

    private static String offlineCount(TestDevice device) {
        return device.await(node -> node.child("offline").isPresent())
                .child("offline")
                .orElseThrow()
                .text("count");
    }
}
