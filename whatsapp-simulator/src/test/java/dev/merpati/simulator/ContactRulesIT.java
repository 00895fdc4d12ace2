package dev.merpati.simulator;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.merpati.simulator.client.TestDevice;
import dev.merpati.simulator.crypto.Bytes;
import dev.merpati.simulator.crypto.Hash;
import dev.merpati.simulator.node.Jid;
import dev.merpati.simulator.node.Node;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Rules 13 to 15 and 20: who may write to whom, and what changes about a contact. */
class ContactRulesIT {
    private static final String NUMBER = "6281200000001";
    private static final String FRIEND = "6281200000002";
    private static final Duration LIMIT = Duration.ofSeconds(10);
    private static final SimulatorOptions OPTIONS = SimulatorFixture.FAST.withNewChats(2, Duration.ofHours(1), 3);

    private SimulatorFixture fixture;
    private ControlClient control;
    private TestDevice device;

    @BeforeEach
    void start() throws Exception {
        fixture = new SimulatorFixture(OPTIONS);
        control = fixture.control();
        device = fixture.linkedDevice(NUMBER);
        device.uploadPreKeys(20);
    }

    @AfterEach
    void stop() {
        fixture.close();
    }

    @Test
    void aRestrictedRecipientGetsMessagesOfTrustedContactsOnly() {
        control.put("/sim/phones/" + FRIEND, Map.of("restricted", true));
        assertThat(device.sendText(FRIEND, "3EB01", "cold").text("error")).isEqualTo("463");
        assertThat(control.refused("trusted-contact")).isEqualTo(1);

        write(FRIEND, NUMBER);
        Node notification = device.await(node -> node.is("notification") && node.has("type", "privacy_token"));
        assertThat(notification.text("sender_lid"))
                .isEqualTo(device.addressOf(FRIEND).toString());
        byte[] token = token(notification);
        assertThat(error("3EB02", "tctoken", Bytes.random(token.length))).isEqualTo("463");
        assertThat(error("3EB03", "tctoken", token)).isNull();
        awaitMessages(FRIEND, 1);
    }

    @Test
    void aTokenIsForOneContactAndExpires() {
        control.put("/sim/phones/" + FRIEND, Map.of("restricted", true));
        TestDevice other = fixture.linkedDevice("6281200000003");
        other.uploadPreKeys(5);
        write(FRIEND, "6281200000003");
        write(FRIEND, NUMBER);
        byte[] foreign = token(other.await(node -> node.has("type", "privacy_token")));
        assertThat(error("3EB01", "tctoken", foreign)).isEqualTo("463");
        byte[] token = token(device.await(node -> node.has("type", "privacy_token")));
        byte[] old = token.clone();
        System.arraycopy(Bytes.bigEndian(Bytes.fromBigEndian(Arrays.copyOf(old, 4)) - 5 * 604_800, 4), 0, old, 0, 4);
        assertThat(error("3EB02", "tctoken", old)).isEqualTo("463");
        assertThat(error("3EB03", "tctoken", token)).isNull();
    }

    @Test
    void aTokenThatACompanionIssuesReachesTheContactsDevices() {
        TestDevice friend = fixture.linkedDevice(FRIEND);
        control.put("/sim/phones/" + FRIEND, Map.of("restricted", true));
        Node issue = Node.of(
                "tokens",
                Node.of("token")
                        .with("jid", friend.addressOf(NUMBER).toString())
                        .with("t", "1")
                        .with("type", "trusted_contact"));
        assertThat(friend.ask(TestDevice.iq("set", "privacy", issue)).text("type"))
                .isEqualTo("result");
        byte[] token = token(device.await(node -> node.has("type", "privacy_token")));
        assertThat(error("3EB01", "tctoken", token)).isNull();
    }

    @Test
    void aTokenOfTheAccountsSaltIsForTheRecipientsHiddenId() {
        control.put("/sim/phones/" + FRIEND, Map.of("restricted", true));
        byte[] salt = HexFormat.of()
                .parseHex(control.get("/sim/phones/" + NUMBER + "/salt")
                        .json()
                        .get("nctSalt")
                        .stringValue());
        byte[] wrong =
                Hash.hmac(salt, device.hiddenJid().withoutDevice().toString().getBytes(UTF_8));
        assertThat(error("3EB01", "cstoken", wrong)).isEqualTo("463");
        byte[] right = Hash.hmac(salt, device.addressOf(FRIEND).toString().getBytes(UTF_8));
        assertThat(error("3EB02", "cstoken", right)).isNull();
        awaitMessages(FRIEND, 1);
    }

    @Test
    void aMessageToTheOwnPhoneCarriesNoToken() {
        device.sendText(FRIEND, "3EB00", "the sessions are there");
        Jid phone = device.hiddenJid().withoutDevice();
        Node peer = Node.of("message", device.encrypted(phone, new byte[] {0x0a, 0}))
                .with("to", phone.toString())
                .with("id", "3EB01")
                .with("category", "peer")
                .with("type", "text");
        device.send(peer);
        assertThat(device.awaitAck("3EB01").attribute("error")).isNull();
        List<Node> children = new ArrayList<>(peer.children());
        children.add(Node.of("tctoken", new byte[20]));
        device.send(peer.children(children).with("id", "3EB02"));
        assertThat(device.awaitAck("3EB02").text("error")).isEqualTo("479");
        assertThat(control.refused("peer-without-token")).isEqualTo(1);
    }

    @Test
    void tooManyRefusalsLockAnAccountOutOfNewChats() {
        device.sendText("6281200000010", "3EB00", "an old chat");
        for (String recipient : List.of("6281200000011", "6281200000012")) {
            control.put("/sim/phones/" + recipient, Map.of("restricted", true));
            assertThat(device.sendText(recipient, recipient, "cold").text("error"))
                    .isEqualTo("463");
        }
        Node update = device.await(node -> node.is("notification") && node.has("type", "mex"))
                .child("update")
                .orElseThrow();
        assertThat(update.text("op_name")).isEqualTo("NotificationUserReachoutTimelockUpdate");
        assertThat(update.contentText().orElseThrow()).contains("\"is_active\":true");
        assertThat(timeLock()).contains("\"is_active\":true").doesNotContain("\"time_enforcement_ends\":\"0\"");

        assertThat(device.sendText("6281200000013", "3EB01", "new").text("error"))
                .isEqualTo("463");
        assertThat(control.refused("reach-out-time-lock")).isEqualTo(1);
        assertThat(device.sendText("6281200000010", "3EB02", "known").attribute("error"))
                .isNull();
        control.put("/sim/phones/6281200000014", Map.of());
        write("6281200000014", NUMBER);
        assertThat(device.sendText("6281200000014", "3EB03", "an answer").attribute("error"))
                .isNull();

        control.post("/sim/phones/" + NUMBER + "/time-lock", Map.of("seconds", 0));
        assertThat(timeLock()).contains("\"is_active\":false");
        assertThat(device.sendText("6281200000013", "3EB04", "new").attribute("error"))
                .isNull();
    }

    @Test
    void anAccountBeginsSoManyChatsAndNoMore() {
        for (int i = 0; i < 3; i++) {
            assertThat(device.sendText("628120000002" + i, "3EB0" + i, "new").attribute("error"))
                    .isNull();
        }
        assertThat(device.sendText("6281200000023", "3EB03", "one too many").text("error"))
                .isEqualTo("475");
        assertThat(control.refused("new-chat-cap")).isEqualTo(1);
        assertThat(device.sendText("6281200000020", "3EB04", "known").attribute("error"))
                .isNull();
        assertThat(query("24503548349331633"))
                .contains("\"total_quota\":3")
                .contains("\"used_quota\":3")
                .contains("CAPPED");

        control.post("/sim/phones/" + NUMBER + "/new-chat-cycle", Map.of("seconds", 3600));
        assertThat(query("24503548349331633")).contains("CAPPED").contains("cycle_end_timestamp");
        control.post("/sim/phones/" + NUMBER + "/new-chat-cycle", Map.of("seconds", 0));
        Node update = device.await(node -> node.child("update")
                        .flatMap(Node::contentText)
                        .orElse("")
                        .contains("NONE"))
                .child("update")
                .orElseThrow();
        assertThat(update.text("op_name")).isEqualTo("MessageCappingInfoNotification");
        assertThat(query("24503548349331633")).contains("\"used_quota\":0").contains("NONE");
        assertThat(device.sendText("6281200000024", "3EB05", "new").attribute("error"))
                .isNull();
    }

    @Test
    void aFormerHiddenIdIsToBeRefreshed() {
        Node before = device.text(FRIEND, "3EB01", "first");
        String old = before.text("to");
        String rotated = control.post("/sim/phones/" + FRIEND + "/rotate-lid", Map.of())
                .json()
                .get("lid")
                .stringValue();
        assertThat(rotated).isNotEqualTo(old);
        device.send(before);
        assertThat(device.awaitAck("3EB01").text("refresh_lid")).isEqualTo("true");
        awaitMessages(FRIEND, 1);
        Node again = before.with("id", "3EB02");
        device.send(again);
        assertThat(device.awaitAck("3EB02").text("refresh_lid")).isEqualTo("true");
        assertThat(control.stat("undeliverable")).isEqualTo(1);
        assertThat(control.refused("current-lid")).isEqualTo(2);

        assertThat(devices(Jid.parse(old).orElseThrow())).isZero();
        device.forgetAddress(FRIEND);
        assertThat(device.addressOf(FRIEND)).hasToString(rotated);
        assertThat(devices(device.addressOf(FRIEND))).isEqualTo(1);
        assertThat(device.sendText(FRIEND, "3EB03", "second").attribute("refresh_lid"))
                .isNull();
        awaitMessages(FRIEND, 2);
        assertThat(control.refused("current-lid")).isEqualTo(2);
    }

    @Test
    void aPhoneThatIsInstalledAnewReadsNothingOfOldSessions() {
        device.sendText(FRIEND, "3EB01", "before");
        awaitMessages(FRIEND, 1);
        write(FRIEND, NUMBER);
        device.read(device.await(node -> node.is("message")));
        assertThat(control.post("/sim/phones/" + FRIEND + "/reinstall", Map.of())
                        .json()
                        .get("told")
                        .intValue())
                .isEqualTo(1);
        Node change = device.await(
                node -> node.is("notification") && node.child("identity").isPresent());
        assertThat(change.text("type")).isEqualTo("encrypt");
        assertThat(change.text("from")).isEqualTo(device.addressOf(FRIEND).toString());

        device.sendText(FRIEND, "3EB02", "to the old keys");
        device.await(node -> node.is("receipt") && node.has("type", "retry") && node.has("id", "3EB02"));
        assertThat(control.refused("current-identity")).isEqualTo(1);

        device.renewSession(device.addressOf(FRIEND));
        device.sendText(FRIEND, "3EB03", "to the new keys");
        awaitMessages(FRIEND, 2);
        assertThat(control.refused("current-identity")).isEqualTo(1);
    }

    private int devices(Jid account) {
        Node user = Node.of("user").with("jid", account.toString());
        Node usync = Node.of("usync", Node.of("query", Node.of("devices")), Node.of("list", user));
        return device.ask(TestDevice.iq("get", "usync", usync))
                .child("usync")
                .orElseThrow()
                .child("list")
                .orElseThrow()
                .child("user")
                .orElseThrow()
                .child("devices")
                .orElseThrow()
                .child("device-list")
                .orElseThrow()
                .children()
                .size();
    }

    private String timeLock() {
        return query("23983697327930364");
    }

    private String query(String id) {
        Node query = Node.of("query", "{\"variables\":{}}".getBytes(UTF_8)).with("query_id", id);
        return device.ask(TestDevice.iq("get", "w:mex", query))
                .child("result")
                .orElseThrow()
                .contentText()
                .orElseThrow();
    }

    private void write(String from, String to) {
        control.post("/sim/phones/" + from + "/messages", Map.of("to", to, "text", "hello"));
    }

    private static byte[] token(Node notification) {
        return notification.child("tokens").orElseThrow().childContent("token").orElseThrow();
    }

    private @Nullable String error(String id, String kind, byte[] token) {
        Node message = device.text(FRIEND, id, "hello");
        List<Node> children = new ArrayList<>(message.children());
        children.add(Node.of(kind, token));
        device.send(message.children(children));
        return device.awaitAck(id).attribute("error");
    }

    private void awaitMessages(String number, int count) {
        await().atMost(LIMIT).until(() -> control.messages(number).size() == count);
    }
}
