package dev.merpati.simulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.merpati.simulator.client.TestDevice;
import dev.merpati.simulator.node.Jid;
import dev.merpati.simulator.node.Node;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What waited for a device: batches, stanzas that are never confirmed, and confirmations of what was not decrypted. */
class BacklogIT {
    private static final String NUMBER = "6281200000001";
    private static final String FRIEND = "6281200000002";
    private static final Duration LIMIT = Duration.ofSeconds(10);

    private SimulatorFixture fixture;
    private ControlClient control;
    private TestDevice device;

    @BeforeEach
    void start() throws Exception {
        fixture = new SimulatorFixture(SimulatorFixture.FAST);
        control = fixture.control();
        device = fixture.linkedDevice(NUMBER);
        device.uploadPreKeys(30);
        control.put("/sim/phones/" + FRIEND, Map.of());
        // With the first message of a chat comes a token; the tests count what comes after.
        write(1);
        device.await(node -> node.is("notification") && node.has("type", "privacy_token"));
        await().atMost(LIMIT)
                .until(() -> control.get("/sim/phones/" + NUMBER + "/devices")
                        .json()
                        .toString()
                        .contains("\"waiting\":0"));
    }

    @AfterEach
    void stop() {
        fixture.close();
    }

    @Test
    void aClientThatAsksForItsBacklogGetsAllOfIt() {
        disconnect();
        write(12);
        device.login();
        Node preview = device.await(node -> node.child("offline_preview").isPresent())
                .child("offline_preview")
                .orElseThrow();
        assertThat(preview.text("count")).isEqualTo("12");
        assertThat(preview.text("message")).isEqualTo("12");
        Node end = device.await(node -> node.child("offline").isPresent());
        assertThat(end.child("offline").orElseThrow().text("count")).isEqualTo("12");
        List<Node> messages = messages();
        assertThat(messages).hasSize(12).allMatch(message -> message.has("offline", "0"));
        assertThat(messages)
                .extracting(device::read)
                .startsWith("text 0", "text 1")
                .endsWith("text 11");
        write(1);
        await().atMost(LIMIT).until(() -> messages().size() == 13);
        assertThat(messages().getLast().attribute("offline")).as("live").isNull();
    }

    @Test
    void aClientThatDoesNotAskGetsFiveAndThenNothing() {
        device.askForBatches(false);
        disconnect();
        write(7);
        device.login();
        await().atMost(LIMIT).until(() -> messages().size() == 5);
        write(1);
        await().atMost(LIMIT).until(() -> refusals("offline-batch") == 1);
        assertThat(messages()).hasSize(5);
        assertThat(device.find(node -> node.child("offline").isPresent())).isEmpty();

        device.send(Node.of("ib", Node.of("offline_batch").with("count", "2")));
        device.await(node -> node.child("offline").isPresent());
        assertThat(messages()).extracting(device::read).endsWith("text 6", "text 0");
    }

    @Test
    void withoutTheRuleTheBacklogComesAtOnce() {
        control.put("/sim/phones/" + NUMBER, Map.of("rules", Map.of("offline-batch", false)));
        device.askForBatches(false);
        disconnect();
        write(7);
        device.login();
        device.await(node -> node.child("offline").isPresent());
        assertThat(messages()).hasSize(7);
    }

    @Test
    void aStanzaThatIsNeverConfirmedEndsTheStream() {
        device.acknowledge(false);
        write(1);
        device.await(node -> node.is("message"));
        for (int login = 2; login <= 5; login++) {
            disconnect();
            device.login();
            String again = String.valueOf(login - 1);
            assertThat(device.await(node -> node.is("message")).text("offline")).isEqualTo(again);
        }
        disconnect();
        device.login();
        Node error = device.await(node -> node.is("stream:error"));
        assertThat(error.child("ack").orElseThrow().text("class")).isEqualTo("message");
        assertThat(refusals("acknowledged-stanzas")).isEqualTo(1);
        disconnect();
        device.login();
        assertThat(device.await(node -> node.child("offline").isPresent())
                        .child("offline")
                        .orElseThrow()
                        .text("count"))
                .isEqualTo("0");
    }

    @Test
    void whoConfirmsWhatItCouldNotDecryptIsFoundOut() {
        String id = spoiled();
        device.send(Node.of("receipt").with("id", id).with("to", FRIEND + "@s.whatsapp.net"));
        device.await(node -> node.is("ack") && node.has("id", id));
        await().atMost(LIMIT).until(() -> control.stat("falselyDelivered") == 1);
        assertThat(refusals("honest-receipts")).isEqualTo(1);
    }

    @Test
    void whoAsksAgainGetsAReadableOne() {
        String id = spoiled();
        Node first = device.await(node -> node.is("message") && node.has("id", id));
        device.send(TestDevice.retryReceipt(Jid.parse(first.attribute("from")).orElseThrow(), id, 1));
        await().atMost(LIMIT).until(() -> messages().size() == 3);
        assertThat(device.read(messages().getLast())).isEqualTo("text");
        device.send(Node.of("receipt").with("id", id).with("to", FRIEND + "@s.whatsapp.net"));
        await().atMost(LIMIT)
                .until(() -> control.get("/sim/phones/" + FRIEND + "/chats/" + NUMBER)
                        .json()
                        .toString()
                        .contains("\"1\":\"delivered\""));
        assertThat(control.stat("falselyDelivered")).isZero();
    }

    private String spoiled() {
        return control.post(
                        "/sim/phones/" + FRIEND + "/messages",
                        Map.of("to", NUMBER, "text", "text", "spoiled", true, "hidden", false))
                .json()
                .get("id")
                .stringValue();
    }

    private void disconnect() {
        device.disconnect();
        await().atMost(LIMIT).until(() -> control.stat("openConnections") == 0);
    }

    private void write(int count) {
        for (int i = 0; i < count; i++) {
            control.post("/sim/phones/" + FRIEND + "/messages", Map.of("to", NUMBER, "text", "text " + i));
        }
    }

    private List<Node> messages() {
        return device.all(node -> node.is("message"));
    }

    private long refusals(String rule) {
        var counts = control.get("/sim/refusals").json().get("counts");
        return counts.has(rule) ? counts.get(rule).longValue() : 0;
    }
}
