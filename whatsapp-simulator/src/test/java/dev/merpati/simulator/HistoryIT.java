package dev.merpati.simulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.merpati.simulator.client.AppStateReader;
import dev.merpati.simulator.client.TestDevice;
import dev.merpati.simulator.client.Upload;
import dev.merpati.simulator.node.Node;
import dev.merpati.simulator.proto.ProtoMessage;
import java.io.ByteArrayInputStream;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.zip.InflaterInputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a phone tells a device that was just linked. */
class HistoryIT {
    private static final String NUMBER = "6281200000001";
    private static final String FRIEND = "6281200000002";
    private static final String PHONE = "/sim/phones/" + NUMBER;
    private static final Duration LIMIT = Duration.ofSeconds(10);

    private SimulatorFixture fixture;
    private ControlClient control;
    private TestDevice device;
    private List<ProtoMessage> told;

    @BeforeEach
    void start() throws Exception {
        fixture = new SimulatorFixture(SimulatorFixture.FAST);
        control = fixture.control();
        control.put("/sim/phones/" + FRIEND, Map.of("pushName", "Ani"));
        control.put(PHONE, Map.of("pushName", "Toko", "rules", Map.of("history-sync", true)));
        control.post("/sim/phones/" + FRIEND + "/messages", Map.of("to", NUMBER, "text", "before the linking"));
        control.post(PHONE + "/messages", Map.of("to", FRIEND, "text", "an answer"));
        device = fixture.linkedDevice(NUMBER);
        await().atMost(LIMIT).until(() -> device.all(node -> node.is("message")).size() == 3);
        told = device.all(node -> node.is("message") && node.has("category", "peer")).stream()
                .map(message -> device.open(message).requiredMessage(12))
                .toList();
    }

    @AfterEach
    void stop() {
        fixture.close();
    }

    @Test
    void theHistoryHasTheChatsTheTokensTheSaltAndTheHiddenIds() throws Exception {
        assertThat(told)
                .extracting(protocol -> protocol.requiredNumber(2))
                .as("key share, history, mapping")
                .containsExactly(6L, 5L, 22L);
        ProtoMessage file = told.get(1).requiredMessage(6);
        byte[] compressed = Upload.fetch(device, file.text(5).orElseThrow(), file.requiredBytes(3), "History");
        ProtoMessage history =
                ProtoMessage.parse(new InflaterInputStream(new ByteArrayInputStream(compressed)).readAllBytes());
        String salt = control.get(PHONE + "/salt").json().get("nctSalt").stringValue();
        assertThat(HexFormat.of().formatHex(history.requiredBytes(19))).isEqualTo(salt);
        ProtoMessage mapping = history.requiredMessage(15);
        assertThat(mapping.text(1)).contains(FRIEND + "@s.whatsapp.net");
        String hidden = mapping.text(2).orElseThrow();
        assertThat(hidden).isEqualTo(device.addressOf(FRIEND).toString());

        ProtoMessage chat = history.requiredMessage(2);
        assertThat(chat.text(1)).contains(hidden);
        assertThat(chat.requiredBytes(21)).as("trusted-contact token").isNotEmpty();
        assertThat(chat.messages(2))
                .extracting(entry ->
                        entry.requiredMessage(1).requiredMessage(2).text(1).orElseThrow())
                .containsExactly("before the linking", "an answer");
        assertThat(history.requiredMessage(7).text(2)).contains("Ani");

        ProtoMessage pairs = ProtoMessage.parse(told.get(2).requiredMessage(23).requiredBytes(1));
        assertThat(pairs.requiredMessage(1).requiredNumber(1)).isEqualTo(Long.parseLong(FRIEND));
        assertThat(pairs.requiredMessage(1).requiredNumber(2) + "@lid").isEqualTo(hidden);
    }

    @Test
    void theAppStateCanBeReadWithTheSharedKey() throws Exception {
        device.await(node -> node.is("notification") && node.has("type", "server_sync"));
        ProtoMessage key = told.getFirst().requiredMessage(7).requiredMessage(1);
        AppStateReader reader = new AppStateReader(
                key.requiredMessage(1).requiredBytes(1), key.requiredMessage(2).requiredBytes(1));
        String salt = control.get(PHONE + "/salt").json().get("nctSalt").stringValue();
        ProtoMessage saltAction = reader.value("regular_high", fetch("regular_high"), "[\"nct_salt_sync\"]");
        assertThat(HexFormat.of().formatHex(saltAction.requiredMessage(80).requiredBytes(1)))
                .isEqualTo(salt);
        ProtoMessage name = reader.value("critical_block", fetch("critical_block"), "[\"setting_pushName\"]");
        assertThat(name.requiredMessage(7).text(1)).contains("Toko");
        ProtoMessage contact = reader.value(
                "critical_unblock_low",
                fetch("critical_unblock_low"),
                "[\"contact\",\"" + FRIEND + "@s.whatsapp.net\"]");
        assertThat(contact.requiredMessage(3).text(1)).contains("Ani");
    }

    @Test
    void patchesOfACompanionReachTheOthers() {
        TestDevice other = fixture.linkedDevice(NUMBER);
        assertThat(patch(0, new byte[] {1}).text("type")).isEqualTo("result");
        other.await(node -> node.is("notification")
                && node.children("collection").stream()
                        .anyMatch(collection -> collection.has("name", "regular") && collection.has("version", "1")));
        Node conflict = patch(0, new byte[] {2});
        assertThat(conflict.text("type")).isEqualTo("error");
        assertThat(conflict.child("error").orElseThrow().text("code")).isEqualTo("409");
        assertThat(conflict.child("patches").orElseThrow().childContent("patch"))
                .hasValueSatisfying(bytes -> assertThat(bytes).containsExactly(1));
    }

    private Node patch(int version, byte[] bytes) {
        return sync(Node.of("collection", Node.of("patch", bytes))
                .with("name", "regular")
                .with("version", String.valueOf(version)));
    }

    private byte[] fetch(String collection) {
        return sync(Node.of("collection").with("name", collection).with("version", "0"))
                .child("patches")
                .orElseThrow()
                .childContent("patch")
                .orElseThrow();
    }

    private Node sync(Node collection) {
        return device.ask(TestDevice.iq("set", "w:sync:app:state", Node.of("sync", collection)))
                .child("sync")
                .orElseThrow()
                .child("collection")
                .orElseThrow();
    }
}
