package dev.merpati.simulator;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.merpati.simulator.client.TestDevice;
import dev.merpati.simulator.node.Jid;
import dev.merpati.simulator.node.Node;
import dev.merpati.simulator.phone.PhoneDirectory;
import dev.merpati.simulator.proto.ProtoMessage;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Rules 8 to 11, 16, 17, 19 and 21: how a message is addressed, to whom it goes, and how it is sent again. */
class MessageRulesIT {
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
    }

    @AfterEach
    void stop() {
        fixture.close();
    }

    @Test
    void aMigratedAccountWritesToHiddenIdsOnly() {
        Node message = device.text(FRIEND, "3EB01", "hello");
        assertThat(error(byNumbers(message))).isEqualTo("463");
        assertThat(control.refused("lid-addressing")).isEqualTo(1);
        assertThat(control.stat("messages")).isZero();
        assertThat(error(message)).isNull();
        awaitMessages(1);
    }

    @Test
    void theRuleOfOnePhoneHoldsForItsClientsOnly() {
        control.put("/sim/phones/" + NUMBER, Map.of("rules", Map.of("lid-addressing", false)));
        assertThat(error(byNumbers(device.text(FRIEND, "3EB01", "hello")))).isNull();
        TestDevice other = fixture.linkedDevice(FRIEND);
        Node message = byNumbers(other.text(NUMBER, "3EB02", "hello"));
        other.send(message);
        assertThat(other.awaitAck("3EB02").text("error")).isEqualTo("463");
    }

    @Test
    void anAccountThatIsNotMigratedWritesToNumbersOnly() {
        control.put("/sim/phones/" + NUMBER, Map.of("migrated", false));
        Node message = device.text(FRIEND, "3EB01", "hello");
        assertThat(error(message)).isEqualTo("400");
        assertThat(control.refused("number-addressing")).isEqualTo(1);
        assertThat(error(byNumbers(message))).isNull();
    }

    @Test
    void addressesOfBothNamespacesAreNotMixed() {
        Node message = device.text(FRIEND, "3EB01", "hello");
        List<Node> mixed = new ArrayList<>(participants(message));
        mixed.set(1, byNumber(mixed.get(1)));
        assertThat(error(with(message, mixed))).isEqualTo("400");
        assertThat(control.refused("participants")).isEqualTo(1);
    }

    @Test
    void aDeviceIsNamedOnce() {
        Node message = device.text(FRIEND, "3EB01", "hello");
        List<Node> twice = new ArrayList<>(participants(message));
        twice.add(twice.getFirst());
        assertThat(error(with(message, twice))).isEqualTo("400");
        assertThat(control.refused("participants")).isEqualTo(1);
    }

    @Test
    void theSendingDeviceIsNotAmongTheParticipants() {
        Node message = device.text(FRIEND, "3EB01", "hello");
        List<Node> self = new ArrayList<>(participants(message));
        self.add(self.getFirst().with("jid", device.hiddenJid().toString()));
        assertThat(error(with(message, self))).isEqualTo("400");
        assertThat(control.refused("participants")).isEqualTo(1);
    }

    @Test
    void theCopyForTheOwnPhoneNamesTheChat() {
        device.sendText(FRIEND, "3EB00", "the sessions are there");
        Jid phone = device.hiddenJid().withoutDevice();
        List<Node> wrong = new ArrayList<>(participants(device.text(FRIEND, "3EB01", "hello")));
        byte[] elsewhere = ProtoMessage.builder()
                .message(
                        31,
                        ProtoMessage.builder()
                                .text(1, FRIEND + "@s.whatsapp.net")
                                .bytes(
                                        2,
                                        ProtoMessage.builder().text(1, "hello").build()))
                .build();
        wrong.set(1, wrong.get(1).children(List.of(device.encrypted(phone, elsewhere))));
        assertThat(error(with(device.text(FRIEND, "3EB01", "hello"), wrong))).isNull();
        await().atMost(LIMIT).until(() -> control.refused("destination-jid") == 1);
    }

    @Test
    void aMigratedAccountIsToldDevicesOfHiddenIdsOnly() {
        assertThat(devices(Jid.phone(FRIEND))).isZero();
        assertThat(control.refused("lid-device-query")).isEqualTo(1);
        Node contact = device.ask(usync(
                        Node.of("contact").with("addressing_mode", "lid"),
                        Node.of("user", Node.of("contact", ("+" + FRIEND).getBytes(UTF_8)))))
                .child("usync")
                .orElseThrow()
                .child("list")
                .orElseThrow()
                .child("user")
                .orElseThrow();
        assertThat(contact.text("pn_jid")).isEqualTo(FRIEND + "@s.whatsapp.net");
        Jid hidden = Jid.parse(contact.attribute("jid")).orElseThrow();
        assertThat(hidden.isHidden()).isTrue();
        assertThat(devices(hidden)).isEqualTo(1);
        assertThat(control.refused("lid-device-query")).isEqualTo(1);
    }

    @Test
    void aKeyQueryThatNamesARemovedDeviceFailsAsAWhole() {
        TestDevice friend = fixture.linkedDevice(FRIEND);
        Node phone = Node.of("user").with("jid", device.addressOf(FRIEND).toString());
        Node companion = Node.of("user").with("jid", friend.hiddenJid().toString());
        Node query = TestDevice.iq("get", "encrypt", Node.of("key", phone, companion));
        assertThat(device.ask(query).text("type")).isEqualTo("result");
        control.post("/sim/phones/" + FRIEND + "/unlink", Map.of());
        Node again = device.ask(TestDevice.iq("get", "encrypt", Node.of("key", phone, companion)));
        assertThat(again.child("error").orElseThrow().text("code")).isEqualTo("406");
        assertThat(control.refused("current-devices")).isEqualTo(1);
        assertThat(device.ask(TestDevice.iq("get", "encrypt", Node.of("key", phone)))
                        .text("type"))
                .isEqualTo("result");
    }

    @Test
    void aPreKeyMessageWithoutDeviceIdentityIsNeverShown() {
        Node message = device.text(FRIEND, "3EB01", "hello");
        device.send(message.children(message.children("participants")));
        device.await(node -> node.is("receipt") && node.has("type", "retry"));
        await().atMost(LIMIT).until(() -> control.refused("device-identity") == 2);
        assertThat(control.messages(FRIEND).size()).isZero();
    }

    @Test
    void aMessageIsSentAgainBareToTheDeviceThatAskedForIt() {
        byte[] content = ProtoMessage.builder().text(1, "hello").build();
        control.fault(Map.of("kind", "retry-receipt", "times", 1));
        device.send(device.text(FRIEND, "3EB01", "hello"));
        Node retry = device.await(node -> node.is("receipt") && node.has("type", "retry"));
        Jid asker = Jid.parse(retry.attribute("from")).orElseThrow();
        Node resend = device.resend(asker, "3EB01", 1, content);

        Node fannedOut = with(
                device.text(FRIEND, "3EB01", "hello"),
                List.of(Node.of("to", device.encrypted(asker, content)).with("jid", asker.toString())));
        assertRefused(fannedOut, 1);
        Node both = resend.children(List.of(
                resend.child("enc").orElseThrow(),
                fannedOut.child("participants").orElseThrow(),
                resend.child("device-identity").orElseThrow()));
        assertRefused(both, 2);
        Node uncounted = resend.children(List.of(
                device.encrypted(asker, content),
                resend.child("device-identity").orElseThrow()));
        assertRefused(uncounted, 3);
        assertRefused(resend.with("device_fanout", "true"), 4);
        assertThat(control.messages(FRIEND).size()).isZero();

        device.send(resend);
        awaitMessages(1);
        assertThat(control.refused("bare-resend")).isEqualTo(4);
    }

    @Test
    void aMessageThatMissesADeviceIsAcknowledgedWithAnotherHash() {
        Node stale = device.text(FRIEND, "3EB01", "hello");
        TestDevice friend = fixture.linkedDevice(FRIEND);
        device.send(stale);
        Node ack = device.awaitAck("3EB01");
        assertThat(ack.attribute("error")).isNull();
        assertThat(ack.text("phash")).matches("2:[A-Za-z0-9+/]{8}");
        assertThat(control.refused("current-device-list")).isEqualTo(1);
        assertThat(friend.find(node -> node.is("message"))).isEmpty();

        // As WhatsApp Web does: to the devices that were missed, under the same id.
        List<Jid> all = device.devicesFor(FRIEND);
        Jid missed = all.stream()
                .filter(jid -> jid.user().equals(all.getFirst().user()) && jid.device() != 0)
                .findFirst()
                .orElseThrow();
        device.send(device.message(
                        FRIEND,
                        List.of(missed),
                        "3EB01",
                        ProtoMessage.builder().text(1, "hello").build())
                .with("device_fanout", "false"));
        assertThat(friend.read(friend.await(node -> node.is("message") && node.has("id", "3EB01"))))
                .isEqualTo("hello");
        assertThat(control.refused("current-device-list")).isEqualTo(1);

        assertThat(device.sendText(FRIEND, "3EB02", "to all").attribute("phash"))
                .isNull();
        assertThat(friend.read(friend.await(node -> node.is("message") && node.has("id", "3EB02"))))
                .isEqualTo("to all");
        assertThat(control.refused("current-device-list")).isEqualTo(1);
    }

    @Test
    void aMessageThatTheServerCouldNotTakePassesUnderItsIdLater() {
        for (int code : new int[] {408, 500, 503}) {
            control.fault(Map.of("kind", "ack-error", "code", code, "times", 1));
            Node message = device.text(FRIEND, "3EB0" + code, "hello");
            assertThat(error(message)).isEqualTo(String.valueOf(code));
            device.send(message);
            await().atMost(LIMIT)
                    .until(() -> device.all(node -> node.is("ack") && node.has("id", "3EB0" + code)).stream()
                            .anyMatch(ack -> ack.attribute("error") == null));
        }
        awaitMessages(3);
        assertThat(control.stat("duplicateMessages")).isZero();
    }

    @Test
    void aDeviceIsAskedForMorePreKeysBeforeTheyRunOut() {
        TestDevice friend = fixture.linkedDevice(FRIEND);
        friend.uploadPreKeys(12);
        Node query =
                Node.of("key", Node.of("user").with("jid", friend.hiddenJid().toString()));
        device.ask(TestDevice.iq("get", "encrypt", query));
        assertThat(friend.find(node -> node.is("notification"))).isEmpty();
        device.ask(TestDevice.iq("get", "encrypt", query));
        Node low = friend.await(node -> node.is("notification") && node.has("type", "encrypt"));
        assertThat(low.child("count").orElseThrow().text("value")).isEqualTo("10");
        for (int i = 0; i < 9; i++) {
            device.ask(TestDevice.iq("get", "encrypt", query));
        }
        control.put("/sim/phones/6281200000003", Map.of());
        control.post("/sim/phones/6281200000003/messages", Map.of("to", FRIEND, "text", "takes the last one"));
        friend.await(node ->
                node.is("notification") && node.child("count").stream().anyMatch(count -> count.has("value", "0")));
    }

    private void assertRefused(Node message, int refusals) {
        device.send(message);
        await().atMost(LIMIT).until(() -> control.refused("bare-resend") == refusals);
        assertThat(device.all(node -> node.is("ack") && node.has("error", "479")))
                .hasSizeGreaterThanOrEqualTo(1);
    }

    private void awaitMessages(int count) {
        await().atMost(LIMIT).until(() -> control.messages(FRIEND).size() == count);
    }

    private @Nullable String error(Node message) {
        int before = device.all(node -> node.is("ack")).size();
        device.send(message);
        await().atMost(LIMIT).until(() -> device.all(node -> node.is("ack")).size() > before);
        return device.all(node -> node.is("ack")).get(before).attribute("error");
    }

    private long devices(Jid account) {
        return device.ask(usync(
                        Node.of("devices").with("version", "2"), Node.of("user").with("jid", account.toString())))
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

    private static Node usync(Node protocol, Node user) {
        return TestDevice.iq("get", "usync", Node.of("usync", Node.of("query", protocol), Node.of("list", user)));
    }

    private static List<Node> participants(Node message) {
        return message.child("participants").orElseThrow().children();
    }

    private static Node with(Node message, List<Node> participants) {
        return message.children(List.of(
                Node.of("participants").children(participants),
                message.child("device-identity").orElseThrow()));
    }

    /** The same message, addressed to numbers. */
    private static Node byNumbers(Node message) {
        return with(
                        message,
                        participants(message).stream()
                                .map(MessageRulesIT::byNumber)
                                .toList())
                .with("to", number(message.text("to")));
    }

    private static Node byNumber(Node participant) {
        return participant.with("jid", number(participant.text("jid")));
    }

    private static String number(String address) {
        Jid jid = Jid.parse(address).orElseThrow();
        return Jid.companion(PhoneDirectory.numberOf(jid), jid.device()).toString();
    }
}
