package dev.merpati.simulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.merpati.simulator.client.TestDevice;
import dev.merpati.simulator.node.Jid;
import dev.merpati.simulator.node.Node;
import dev.merpati.simulator.phone.HiddenId;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Chats under hidden addresses, and the names that go with messages. */
class HiddenAddressIT {
    private static final String NUMBER = "6281200000001";
    private static final String FRIEND = "6281200000002";
    private static final String HIDDEN = Jid.hidden(HiddenId.of(FRIEND), 0).toString();
    private static final Duration LIMIT = Duration.ofSeconds(10);

    private SimulatorFixture fixture;
    private ControlClient control;
    private TestDevice device;

    @BeforeEach
    void start() throws Exception {
        fixture = new SimulatorFixture(SimulatorFixture.FAST);
        control = fixture.control();
        device = fixture.linkedDevice(NUMBER);
        device.uploadPreKeys(5);
    }

    @AfterEach
    void stop() {
        fixture.close();
    }

    @Test
    void aPhoneAnswersUnderTheAddressThatItWasWrittenTo() {
        device.sendText(FRIEND, "3EB01", "hello");
        await().atMost(LIMIT).until(() -> control.messages(FRIEND).size() == 1);
        control.post("/sim/phones/" + FRIEND + "/read", Map.of());
        assertThat(device.await(node -> node.is("receipt") && node.attribute("type") == null)
                        .text("from"))
                .isEqualTo(HIDDEN);
        assertThat(device.await(node -> node.is("receipt") && node.has("type", "read"))
                        .text("from"))
                .isEqualTo(HIDDEN);
        assertThat(answer(Map.of("to", NUMBER, "text", "back")).text("from")).isEqualTo(HIDDEN);
        assertThat(answer(Map.of("to", NUMBER, "text", "back", "hidden", false)).text("from"))
                .isEqualTo(FRIEND + "@s.whatsapp.net");
    }

    @Test
    void aRetryRequestComesFromTheAddressToo() {
        Node bad = Node.of("enc", new byte[] {0x33, 1, 2}).with("type", "msg").with("v", "2");
        device.send(Node.of(
                        "message", Node.of("participants", Node.of("to", bad).with("jid", HIDDEN)))
                .with("to", HIDDEN)
                .with("type", "text")
                .with("id", "3EB01"));
        assertThat(device.await(node -> node.is("receipt") && node.has("type", "retry"))
                        .text("from"))
                .isEqualTo(HIDDEN);
    }

    @Test
    void companionsAreToldThePushNameThatTheClientSet() {
        TestDevice friend = fixture.linkedDevice(FRIEND);
        device.send(Node.of("presence").with("type", "available").with("name", "Toko Ani"));
        Node enc = Node.of("enc", new byte[] {0x33, 1, 2}).with("type", "msg").with("v", "2");
        device.send(Node.of(
                        "message",
                        Node.of(
                                "participants",
                                Node.of("to", enc)
                                        .with("jid", friend.hiddenJid().toString())))
                .with("to", HIDDEN)
                .with("type", "text")
                .with("id", "3EB01"));
        assertThat(friend.await(node -> node.is("message")).text("notify")).isEqualTo("Toko Ani");
    }

    private Node answer(Map<String, ?> message) {
        String id = control.post("/sim/phones/" + FRIEND + "/messages", message)
                .json()
                .get("id")
                .stringValue();
        return device.await(node -> node.is("message") && node.has("id", id));
    }
}
