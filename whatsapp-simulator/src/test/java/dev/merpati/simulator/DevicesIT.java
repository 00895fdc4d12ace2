package dev.merpati.simulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.merpati.simulator.client.TestDevice;
import dev.merpati.simulator.crypto.Bytes;
import dev.merpati.simulator.crypto.Keys;
import dev.merpati.simulator.node.Jid;
import dev.merpati.simulator.node.Node;
import dev.merpati.simulator.proto.ProtoMessage;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Devices that the simulator plays, phones that are away, and messages that are requested long after. */
class DevicesIT {
    private static final String NUMBER = "6281200000001";
    private static final String FRIEND = "6281200000002";
    private static final String PHONE = "/sim/phones/" + FRIEND;
    private static final Duration LIMIT = Duration.ofSeconds(10);

    @TempDir
    private Path directory;

    @Test
    void aPlayedDeviceReadsWhatItIsSentAlsoAfterARestart() throws Exception {
        SimulatorOptions options = SimulatorFixture.FAST.withDirectory(directory);
        try (SimulatorFixture fixture = new SimulatorFixture(options)) {
            TestDevice device = fixture.linkedDevice(NUMBER);
            fixture.control().put(PHONE, Map.of());
            assertThat(fixture.control()
                            .post(PHONE + "/devices", Map.of())
                            .json()
                            .toString())
                    .contains("\"device\":1", "\"played\":true");
            device.send(device.text(FRIEND, "3EB01", "to the tablet"));
            await().atMost(LIMIT).until(() -> received(fixture).contains("to the tablet"));
            device.await(node -> node.is("receipt")
                    && node.has("id", "3EB01")
                    && node.text("from").endsWith(":1@lid"));
            device.send(device.text(FRIEND, "3EB02", "once more"));
            await().atMost(LIMIT).until(() -> received(fixture).contains("once more"));
        }
        try (SimulatorFixture fixture = new SimulatorFixture(options)) {
            TestDevice device = fixture.linkedDevice("6281200000003");
            device.send(device.text(FRIEND, "3EB03", "after the restart"));
            await().atMost(LIMIT).until(() -> received(fixture).contains("after the restart"));
        }
    }

    @Test
    void newDevicesAreAnnouncedToContactsAndToTheOtherDevices() throws Exception {
        try (SimulatorFixture fixture = new SimulatorFixture(SimulatorFixture.FAST)) {
            TestDevice device = fixture.linkedDevice(NUMBER);
            TestDevice own = fixture.linkedDevice(FRIEND);
            device.sendText(FRIEND, "3EB01", "hello");
            await().atMost(LIMIT).until(() -> fixture.control().messages(FRIEND).size() == 1);
            fixture.control().post(PHONE + "/devices", Map.of());

            Node notice = device.await(node -> node.is("notification") && node.has("type", "devices"));
            assertThat(notice.text("from")).isEqualTo(FRIEND + "@s.whatsapp.net");
            Node add = notice.child("add").orElseThrow();
            assertThat(add.child("device").orElseThrow().text("jid")).isEqualTo(FRIEND + ":2@s.whatsapp.net");
            assertThat(add.text("device_hash")).startsWith("2:");
            ProtoMessage signed =
                    ProtoMessage.parse(add.childContent("key-index-list").orElseThrow());
            byte[] identity = device.ask(TestDevice.iq(
                            "get",
                            "encrypt",
                            Node.of(
                                    "key",
                                    Node.of("user")
                                            .with("jid", Jid.phone(FRIEND).toString()))))
                    .child("list")
                    .flatMap(list -> list.child("user"))
                    .flatMap(user -> user.childContent("identity"))
                    .orElseThrow();
            assertThat(Keys.verify(
                            identity,
                            Bytes.concat(new byte[] {6, 2}, signed.requiredBytes(1)),
                            signed.requiredBytes(2)))
                    .isTrue();

            Node sync = own.await(node -> node.is("notification") && node.has("type", "account_sync"));
            assertThat(sync.child("devices").orElseThrow().children("device"))
                    .extracting(node -> node.text("jid"))
                    .containsExactly(
                            FRIEND + "@s.whatsapp.net", FRIEND + ":1@s.whatsapp.net", FRIEND + ":2@s.whatsapp.net");

            fixture.control().delete(PHONE + "/devices/2");
            device.await(node -> node.is("notification") && node.child("remove").isPresent());
        }
    }

    @Test
    void aPhoneThatIsAwayGetsItsMessagesWhenItIsBack() throws Exception {
        try (SimulatorFixture fixture = new SimulatorFixture(SimulatorFixture.FAST)) {
            TestDevice device = fixture.linkedDevice(NUMBER);
            fixture.control().put(PHONE, Map.of("offline", true));
            device.sendText(FRIEND, "3EB01", "are you there?");
            device.sendText(FRIEND, "3EB02", "hello?");
            assertThat(fixture.control().messages(FRIEND).size()).isZero();
            assertThat(fixture.control()
                            .post(PHONE + "/messages", Map.of("to", NUMBER, "text", "no"))
                            .status())
                    .isEqualTo(409);
            device.ask(TestDevice.iq("get", "w:p", Node.of("ping")));
            assertThat(device.all(node -> node.is("receipt"))).isEmpty();

            fixture.control().put(PHONE, Map.of("offline", false));
            await().atMost(LIMIT).until(() -> fixture.control().messages(FRIEND).size() == 2);
            device.await(node -> node.is("receipt") && node.has("id", "3EB02"));
            assertThat(fixture.control().messages(FRIEND).get(0).get("text").stringValue())
                    .isEqualTo("are you there?");
        }
    }

    private static void awaitWaiting(SimulatorFixture fixture, int stanzas) {
        await().atMost(LIMIT)
                .until(() -> fixture.control()
                        .get("/sim/phones/" + NUMBER + "/devices")
                        .json()
                        .toString()
                        .contains("\"waiting\":" + stanzas));
    }

    @Test
    void aMessageIsRequestedAgainAfterTheSenderWasAway() throws Exception {
        try (SimulatorFixture fixture = new SimulatorFixture(SimulatorFixture.FAST)) {
            TestDevice device = fixture.linkedDevice(NUMBER);
            device.sendText(FRIEND, "3EB01", "hello");
            device.await(node -> node.is("receipt") && node.has("id", "3EB01"));
            awaitWaiting(fixture, 0);
            device.disconnect();
            await().atMost(LIMIT).until(() -> fixture.control().stat("openConnections") == 0);
            fixture.control().post(PHONE + "/retry", Map.of("id", "3EB01"));
            awaitWaiting(fixture, 1);
            device.login();
            Node retry = device.await(node -> node.is("receipt") && node.has("type", "retry"));
            assertThat(retry.text("offline")).isEqualTo("0");
            assertThat(retry.child("keys")).isPresent();
            device.beginSession(retry.text("from"), retry);
            device.sendText(FRIEND, "3EB02", "under a new session");
            await().atMost(LIMIT).until(() -> fixture.control().messages(FRIEND).size() == 2);
        }
    }

    @Test
    void aPhoneTakesItsChatsToAnotherNumber() throws Exception {
        try (SimulatorFixture fixture = new SimulatorFixture(SimulatorFixture.FAST)) {
            TestDevice device = fixture.linkedDevice(NUMBER);
            TestDevice own = fixture.linkedDevice(FRIEND);
            device.sendText(FRIEND, "3EB01", "hello");
            await().atMost(LIMIT).until(() -> fixture.control().messages(FRIEND).size() == 1);
            String before = device.addressOf(FRIEND).toString();
            String moved = "6281200000009";
            assertThat(fixture.control()
                            .post(PHONE + "/number", Map.of("to", NUMBER))
                            .status())
                    .as("a number with a phone")
                    .isEqualTo(400);
            String after = fixture.control()
                    .post(PHONE + "/number", Map.of("to", moved))
                    .json()
                    .get("lid")
                    .stringValue();

            Node modify = device.await(node -> node.has("type", "contacts"))
                    .child("modify")
                    .orElseThrow();
            assertThat(modify.attributes())
                    .containsEntry("old", FRIEND + "@s.whatsapp.net")
                    .containsEntry("new", moved + "@s.whatsapp.net")
                    .containsEntry("old_lid", before)
                    .containsEntry("new_lid", after);
            own.await(node -> node.is("stream:error"));
            assertThat(fixture.control().messages(moved).get(0).get("text").stringValue())
                    .isEqualTo("hello");
            assertThat(fixture.control().get("/sim/numbers/" + FRIEND).json().toString())
                    .contains("\"registered\":false");
            device.sendText(moved, "3EB02", "still you?");
            await().atMost(LIMIT).until(() -> fixture.control().messages(moved).size() == 2);
        }
    }

    private static String received(SimulatorFixture fixture) {
        return fixture.control().get(PHONE + "/devices/1/messages").json().toString();
    }
}
