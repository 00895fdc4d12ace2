package dev.merpati.simulator;

import static java.util.concurrent.TimeUnit.SECONDS;
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
import tools.jackson.databind.JsonNode;

/** The protocol as a client that is not Cobalt sees it. */
class ClientIT {
    private static final String NUMBER = "6281200000001";
    private static final String FRIEND = "6281200000002";
    private static final Duration LIMIT = Duration.ofSeconds(10);

    private SimulatorFixture fixture;
    private ControlClient control;

    @BeforeEach
    void start() throws Exception {
        fixture = new SimulatorFixture(SimulatorFixture.FAST);
        control = fixture.control();
    }

    @AfterEach
    void stop() {
        fixture.close();
    }

    @Test
    void linksSeveralDevicesToOnePhone() {
        assertThat(fixture.linkedDevice(NUMBER).jid()).isEqualTo(Jid.companion(NUMBER, 1));
        assertThat(fixture.linkedDevice(NUMBER).jid()).isEqualTo(Jid.companion(NUMBER, 2));
        assertThat(control.get("/sim/phones").json().get(0).get("linkedDevices").intValue())
                .isEqualTo(2);
        assertThat(control.stat("pairings")).isEqualTo(2);
        assertThat(control.stat("logins")).isEqualTo(2);
    }

    @Test
    void scansTheFormOfTheCodeWithAnAddressBeforeIt() {
        TestDevice device = fixture.newDevice();
        String code = device.requestCodes().get(1);
        control.put("/sim/phones/" + NUMBER, Map.of());
        var scan = java.util.concurrent.CompletableFuture.supplyAsync(
                () -> control.post("/sim/phones/" + NUMBER + "/scan", Map.of("qr", code)));
        device.finishPairing();
        assertThat(scan.join().json().get("jid").stringValue()).isEqualTo(NUMBER + ":1@s.whatsapp.net");
    }

    @Test
    void refusesACodeWhoseKeysAreNotThoseOfTheConnection() {
        String code = fixture.newDevice().requestCodes().getFirst();
        String other = fixture.newDevice().requestCodes().getFirst();
        String[] mixed = code.split(",", -1);
        mixed[1] = other.split(",", -1)[1];
        control.put("/sim/phones/" + NUMBER, Map.of());
        ControlClient.Answer answer =
                control.post("/sim/phones/" + NUMBER + "/scan", Map.of("qr", String.join(",", mixed)));
        assertThat(answer.status()).isEqualTo(422);
        assertThat(answer.json().toString()).contains("pairing_refused").contains("noise key");
    }

    @Test
    void checksNumbersByTheRuleAndItsOverrides() {
        TestDevice device = fixture.linkedDevice(NUMBER);
        control.put("/sim/numbers/6281100000009", Map.of("registered", false));

        Node answer =
                device.ask(TestDevice.numberCheck("6289876543210", "6281200000000", "6281100000009", "6281100000008"));

        assertThat(answer.child("usync")
                        .orElseThrow()
                        .child("list")
                        .orElseThrow()
                        .children("user"))
                .extracting(user -> user.text("jid") + " "
                        + user.child("contact").orElseThrow().text("type"))
                .containsExactly(
                        "6289876543210@s.whatsapp.net out",
                        "6281200000000@s.whatsapp.net out",
                        "6281100000009@s.whatsapp.net out",
                        "6281100000008@s.whatsapp.net in");
        assertThat(control.stat("numberChecks")).isEqualTo(4);
    }

    @Test
    void resolvesAnAliasOnlyWhenItIsDialled() {
        TestDevice device = fixture.unmigratedDevice(NUMBER);
        assertThat(device.ask(TestDevice.numberCheck("5511987654321", "525512345678"))
                        .child("usync")
                        .orElseThrow()
                        .child("list")
                        .orElseThrow()
                        .children("user"))
                .extracting(user -> user.text("jid") + " "
                        + user.child("contact").orElseThrow().contentText().orElseThrow())
                .containsExactly(
                        "551187654321@s.whatsapp.net +5511987654321", "5215512345678@s.whatsapp.net +525512345678");

        Node users = Node.of("list")
                .children(List.of(
                        Node.of("user").with("jid", "5511987654321@s.whatsapp.net"),
                        Node.of("user").with("jid", "551187654321@s.whatsapp.net")));
        Node devices = device.ask(TestDevice.iq(
                "get", "usync", Node.of("usync", Node.of("query", Node.of("devices"), Node.of("lid")), users)));
        assertThat(devices.child("usync")
                        .orElseThrow()
                        .child("list")
                        .orElseThrow()
                        .children("user"))
                .extracting(user -> user.child("devices")
                                .orElseThrow()
                                .child("device-list")
                                .orElseThrow()
                                .children()
                                .size()
                        + " "
                        + user.child("lid").orElseThrow().attributes().size())
                .containsExactly("0 0", "1 1");

        Node keys = device.ask(TestDevice.iq("get", "encrypt", Node.of("key").children(users.children())));
        assertThat(keys.child("list").orElseThrow().children("user"))
                .extracting(user -> user.child("error").isPresent())
                .containsExactly(true, false);
    }

    @Test
    void aMessageToAnAliasIsAcknowledgedAndReachesNobody() {
        TestDevice device = fixture.unmigratedDevice(NUMBER);
        control.put("/sim/phones/5511987654321", Map.of());
        Node message = device.text("551187654321", "3EB01", "lost");
        device.send(readdressed(message, "5511987654321@s.whatsapp.net"));
        assertThat(device.awaitAck("3EB01").attribute("error")).isNull();
        assertThat(control.stat("undeliverable")).isEqualTo(1);
        assertThat(control.stat("messages")).isZero();

        assertThat(device.sendText("551187654321", "3EB02", "found").attribute("error"))
                .isNull();
        await().atMost(LIMIT).until(() -> control.messages("551187654321").size() == 1);
        assertThat(control.messages("5511987654321").get(0).get("text").stringValue())
                .isEqualTo("found");
        assertThat(control.get("/sim/phones").json().findValuesAsString("number"))
                .contains("551187654321")
                .doesNotContain("5511987654321");
    }

    @Test
    void answersEveryQueryOfALogin() {
        TestDevice device = fixture.linkedDevice(NUMBER);
        device.uploadPreKeys(30);
        for (Node query : List.of(
                TestDevice.iq("set", "passive", Node.of("active")),
                TestDevice.iq("get", "w", Node.of("props")),
                TestDevice.iq("get", "abt", Node.of("props").with("protocol", "1")),
                TestDevice.iq("set", "w:m", Node.of("media_conn")),
                TestDevice.iq("get", "urn:xmpp:whatsapp:account", Node.of("2fa")),
                TestDevice.iq("get", "status", Node.of("privacy")),
                TestDevice.iq("get", "privacy", Node.of("privacy")),
                TestDevice.iq("get", "disappearing_mode"),
                TestDevice.iq("get", "blocklist"),
                TestDevice.iq("get", "w:g2", Node.of("participating")),
                TestDevice.iq("get", "w:p", Node.of("ping")),
                TestDevice.iq("get", "w:mex", Node.of("query")),
                TestDevice.iq("get", "encrypt", Node.of("digest")),
                TestDevice.iq("set", "w:sync:app:state", Node.of("sync")))) {
            assertThat(device.ask(query).text("type")).as(query.toString()).isEqualTo("result");
        }
        Node count = device.ask(TestDevice.iq("get", "encrypt", Node.of("count")));
        assertThat(count.child("count").orElseThrow().text("value")).isEqualTo("30");
    }

    @Test
    void saysThatItDoesNotKnowAQuery() {
        TestDevice device = fixture.linkedDevice(NUMBER);
        Node answer = device.ask(TestDevice.iq("get", "no:such:thing"));
        assertThat(answer.text("type")).isEqualTo("error");
        assertThat(answer.child("error").orElseThrow().text("code")).isEqualTo("501");
    }

    @Test
    void deliversTextAcknowledgesAndReceiptsIt() {
        TestDevice device = fixture.linkedDevice(NUMBER);
        assertThat(device.sendText(FRIEND, "3EB01", "one").attribute("error")).isNull();
        device.sendText(FRIEND, "3EB02", "two");

        await().atMost(LIMIT).until(() -> control.messages(FRIEND).size() == 2);
        assertThat(control.messages(FRIEND).get(1).get("text").stringValue()).isEqualTo("two");
        Node delivered = device.await(node -> node.is("receipt") && node.has("id", "3EB02"));
        assertThat(delivered.text("from")).isEqualTo(device.addressOf(FRIEND).toString());
        assertThat(delivered.attribute("type")).isNull();

        assertThat(control.post("/sim/phones/" + FRIEND + "/read", Map.of("id", "3EB02"))
                        .json()
                        .get("read")
                        .intValue())
                .isEqualTo(1);
        device.await(node -> node.is("receipt") && node.has("id", "3EB02") && node.has("type", "read"));
        assertThat(device.find(node -> node.has("id", "3EB01") && node.has("type", "read")))
                .isEmpty();
    }

    @Test
    void countsEveryCopyOfAMessage() {
        TestDevice device = fixture.linkedDevice(NUMBER);
        device.sendText(FRIEND, "3EB01", "once");
        device.sendText(FRIEND, "3EB01", "once");
        await().atMost(LIMIT)
                .until(() -> control.messages(FRIEND).size() == 1
                        && control.messages(FRIEND).get(0).get("copies").intValue() == 2);
        assertThat(control.stat("messages")).isEqualTo(2);
        assertThat(control.stat("distinctMessages")).isEqualTo(1);
        assertThat(control.stat("duplicateMessages")).isEqualTo(1);
        assertThat(control.stat("undecryptable")).isZero();
    }

    @Test
    void asksAgainForAMessageThatItCannotDecrypt() {
        TestDevice device = fixture.unmigratedDevice(NUMBER);
        Node good = device.text(FRIEND, "3EB01", "hello");
        Node bad = good.children(List.of(
                Node.of(
                        "participants",
                        Node.of("to", Node.of("enc", new byte[] {0x33, 1, 2}).with("type", "msg"))
                                .with("jid", FRIEND + "@s.whatsapp.net")),
                good.child("device-identity").orElseThrow()));
        device.send(bad);
        Node retry = device.await(node -> node.is("receipt") && node.has("type", "retry"));
        assertThat(retry.child("retry").orElseThrow().text("id")).isEqualTo("3EB01");
        assertThat(control.messages(FRIEND).size()).isZero();
        assertThat(control.stat("undecryptable")).isEqualTo(1);
    }

    @Test
    void refusesAPreKeyMessageOfADeviceThatTheAccountDidNotSign() {
        TestDevice device = fixture.linkedDevice(NUMBER);
        Node good = device.text(FRIEND, "3EB01", "hello");
        device.send(good.children(good.children("participants")));
        device.await(node -> node.is("receipt") && node.has("type", "retry"));
        // The friend's phone and the own one.
        await().atMost(LIMIT).until(() -> control.stat("undecryptable") == 2);
        assertThat(control.messages(FRIEND).size()).isZero();
    }

    @Test
    void refusesAMessageToANumberThatIsNotRegistered() {
        TestDevice device = fixture.linkedDevice(NUMBER);
        device.send(readdressed(device.text(FRIEND, "3EB01", "hello"), "6289876543210@s.whatsapp.net"));
        assertThat(device.awaitAck("3EB01").text("error")).isEqualTo("404");
    }

    @Test
    void aPhoneWritesToACompanionAlsoWhileItIsAway() {
        TestDevice device = fixture.linkedDevice(NUMBER);
        device.uploadPreKeys(5);
        control.put("/sim/phones/" + FRIEND, Map.of("pushName", "Budi"));
        control.post("/sim/phones/" + FRIEND + "/messages", Map.of("to", NUMBER, "text", "here"));
        Node here = device.await(node -> node.is("message"));
        assertThat(device.read(here)).isEqualTo("here");
        assertThat(here.text("notify")).isEqualTo("Budi");

        device.disconnect();
        await().atMost(LIMIT).until(() -> control.stat("openConnections") == 0);
        control.post("/sim/phones/" + FRIEND + "/messages", Map.of("to", NUMBER, "text", "away"));
        device.login();
        assertThat(device.read(device.await(node -> node.is("message")))).isEqualTo("away");
        assertThat(device.await(node -> node.child("offline").isPresent())
                        .child("offline")
                        .orElseThrow()
                        .text("count"))
                .isEqualTo("1");
    }

    @Test
    void aDeviceThatLogsInAgainReplacesItsOldConnection() throws Exception {
        TestDevice device = fixture.linkedDevice(NUMBER);
        var old = device.closed();
        device.login();
        assertThat(old.get(10, SECONDS)).isNotBlank();
        assertThat(control.stat("replacedConnections")).isEqualTo(1);
        JsonNode phone = control.get("/sim/phones").json().get(0);
        assertThat(phone.get("logins").intValue()).isEqualTo(2);
        assertThat(phone.get("connectedDevices").intValue()).isEqualTo(1);
    }

    @Test
    void anUnlinkedDeviceIsToldAndNotLetInAgain() {
        TestDevice device = fixture.linkedDevice(NUMBER);
        control.post("/sim/phones/" + NUMBER + "/unlink", Map.of());
        Node error = device.await(node -> node.is("stream:error"));
        assertThat(error.text("code")).isEqualTo("401");
        assertThat(error.child("conflict").orElseThrow().text("type")).isEqualTo("device_removed");
        device.connectToLogin();
        assertThat(device.await(node -> node.is("failure")).text("reason")).isEqualTo("401");
    }

    @Test
    void aDeviceUnlinksItself() {
        TestDevice device = fixture.linkedDevice(NUMBER);
        Node remove = Node.of("remove-companion-device")
                .with("jid", device.jid().toString())
                .with("reason", "user_initiated");
        assertThat(device.ask(TestDevice.iq("set", "md", remove)).text("type")).isEqualTo("result");
        device.await(node -> node.is("stream:error"));
        assertThat(control.get("/sim/phones").json().get(0).get("linkedDevices").intValue())
                .isZero();
    }

    /** The same message for another address. */
    private static Node readdressed(Node message, String address) {
        Node participants = message.child("participants").orElseThrow();
        Node to = participants.children().getFirst().with("jid", address);
        return message.children(List.of(
                        participants.children(List.of(to)),
                        message.child("device-identity").orElseThrow()))
                .with("to", address);
    }
}
