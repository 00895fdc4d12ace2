package dev.merpati.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import dev.merpati.simulator.client.TestDevice;
import dev.merpati.simulator.crypto.Bytes;
import dev.merpati.simulator.node.Jid;
import dev.merpati.simulator.node.Node;
import dev.merpati.simulator.phone.Padding;
import dev.merpati.simulator.proto.ProtoMessage;
import dev.merpati.simulator.signal.PreKeyBundle;
import dev.merpati.simulator.signal.SignalParty;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What WhatsApp refuses, and a client would not notice against a server that accepts everything. */
class StrictnessIT {
    private static final String NUMBER = "6281200000001";
    private static final String FRIEND = "6281200000002";
    private static final String STRANGER = "6281200000003";
    private static final Node ENC =
            Node.of("enc", new byte[] {0x33, 1, 2}).with("type", "msg").with("v", "2");

    private SimulatorFixture fixture;
    private ControlClient control;
    private TestDevice device;

    @BeforeEach
    void start() throws Exception {
        fixture = new SimulatorFixture(SimulatorFixture.UNMIGRATED);
        control = fixture.control();
        device = fixture.linkedDevice(NUMBER);
    }

    @AfterEach
    void stop() {
        fixture.close();
    }

    @Test
    void aPreKeyMessageUnderAnotherIdentityIsNotShown() throws Exception {
        Node honest = device.text(FRIEND, "3EB01", "hello");
        SignalParty forger = SignalParty.create();
        forger.begin("friend", bundle(device, FRIEND));
        byte[] forged = forger.encrypt(
                        "friend",
                        Padding.add(ProtoMessage.builder().text(1, "forged").build()))
                .bytes();
        Node enc = Node.of("enc", forged).with("type", "pkmsg").with("v", "2");
        device.send(honest.children(List.of(
                Node.of("participants", Node.of("to", enc).with("jid", FRIEND + "@s.whatsapp.net")),
                honest.child("device-identity").orElseThrow())));
        device.await(node -> node.is("receipt") && node.has("type", "retry"));
        assertThat(control.messages(FRIEND).size()).isZero();
        assertThat(control.stat("undecryptable")).isEqualTo(1);
    }

    @Test
    void aMessageForAThirdNumberIsRefused() {
        Node message = device.text(FRIEND, "3EB01", "hello");
        Node third = device.text(STRANGER, "3EB01", "hello");
        Node participants = message.child("participants").orElseThrow();
        device.send(message.children(List.of(
                participants.children(List.of(
                        participants.children().getFirst(),
                        third.child("participants").orElseThrow().children().getFirst())),
                message.child("device-identity").orElseThrow())));
        assertThat(device.awaitAck("3EB01").text("error")).isEqualTo("400");
        assertThat(control.stat("messages")).isZero();
        assertThat(control.messages(STRANGER).size()).isZero();
    }

    static Stream<Arguments> malformedMessages() {
        Node good = message(ENC).with("to", FRIEND + "@s.whatsapp.net").with("id", "3EB01");
        return Stream.of(
                Arguments.of("no enc", good.children(List.of())),
                Arguments.of("empty participants", good.children(List.of(Node.of("participants")))),
                Arguments.of(
                        "participant without enc",
                        good.children(List.of(
                                Node.of("participants", Node.of("to").with("jid", FRIEND + "@s.whatsapp.net"))))),
                Arguments.of("unknown enc type", good.children(List.of(ENC.with("type", "rot13")))),
                Arguments.of("no recipient", message(ENC).with("id", "3EB01")),
                Arguments.of("no address", message(ENC).with("id", "3EB01").with("to", "nobody")),
                Arguments.of("unknown server", good.with("to", FRIEND + "@example.org")),
                Arguments.of("group", good.with("to", "120363000000000001@g.us")),
                Arguments.of("status", good.with("to", "status@broadcast")));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("malformedMessages")
    void aMessageThatReachesNobodyIsRefused(String name, Node message) {
        device.send(message);
        assertThat(device.awaitAck("3EB01").text("error")).as(name).matches("40[04]");
        assertThat(control.stat("messages")).isZero();
    }

    @Test
    void aMessageWithoutIdEndsTheStream() throws Exception {
        device.send(message(ENC).with("to", FRIEND + "@s.whatsapp.net"));
        device.await(node -> node.is("stream:error"));
        assertThat(device.closed().get(10, TimeUnit.SECONDS)).isNotBlank();
        assertThat(control.stat("messages")).isZero();
    }

    @Test
    void aDeviceRemovesNobodyButItself() {
        TestDevice other = fixture.linkedDevice(NUMBER);
        for (String jid : List.of(other.jid().toString(), FRIEND + "@s.whatsapp.net", "nonsense")) {
            assertThat(device.ask(removal(jid)).child("error").orElseThrow().text("code"))
                    .as(jid)
                    .isEqualTo("403");
        }
        assertThat(control.get("/sim/phones")
                        .json()
                        .get(0)
                        .get("connectedDevices")
                        .intValue())
                .isEqualTo(2);
    }

    @Test
    void keysForAnotherIdentityAreRefused() {
        Node skey = Node.of(
                "skey",
                Node.of("id", Bytes.bigEndian(1, 3)),
                Node.of("value", new byte[32]),
                Node.of("signature", new byte[64]));
        Node answer =
                device.ask(TestDevice.iq("set", "encrypt", Node.of("identity", new byte[32]), Node.of("list"), skey));
        assertThat(answer.child("error").orElseThrow().text("code")).isEqualTo("400");
        TestDevice other = fixture.newDevice();
        fixture.link(other, FRIEND);
        other.login();
        Node foreign = other.upload(2);
        assertThat(device.ask(foreign).text("type")).isEqualTo("error");
        assertThat(other.ask(other.upload(2)).text("type")).isEqualTo("result");
    }

    @Test
    void aNumberThatIsNotRegisteredCannotBePaired() {
        TestDevice other = fixture.newDevice();
        String code = other.requestCodes().getFirst();
        control.put("/sim/phones/" + STRANGER, Map.of());
        control.put("/sim/numbers/" + STRANGER, Map.of("registered", false));
        ControlClient.Answer answer = control.post("/sim/phones/" + STRANGER + "/scan", Map.of("qr", code));
        assertThat(answer.status()).isEqualTo(422);
        assertThat(answer.json().toString()).contains("pairing_refused").contains("not registered");
    }

    @Test
    void aFifthCompanionCannotBePaired() {
        for (int i = 2; i <= 4; i++) {
            fixture.linkedDevice(NUMBER);
        }
        String code = fixture.newDevice().requestCodes().getFirst();
        ControlClient.Answer answer = control.post("/sim/phones/" + NUMBER + "/scan", Map.of("qr", code));
        assertThat(answer.status()).isEqualTo(422);
        assertThat(answer.json().toString()).contains("4 companion devices");
    }

    @Test
    void anIdentityKeyOfAnotherLengthIsRefusedAtOnce() throws Exception {
        TestDevice other = fixture.newDevice();
        other.register(new byte[31]);
        other.await(node -> node.is("failure"));
        assertThat(other.closed().get(10, TimeUnit.SECONDS)).isNotBlank();
    }

    private static Node message(Node child) {
        return Node.of("message", child).with("type", "text");
    }

    private static Node removal(String jid) {
        return TestDevice.iq("set", "md", Node.of("remove-companion-device").with("jid", jid));
    }

    private static PreKeyBundle bundle(TestDevice device, String number) {
        Node user = Node.of("user").with("jid", Jid.phone(number).toString());
        return TestDevice.bundle(device.ask(TestDevice.iq("get", "encrypt", Node.of("key", user)))
                .child("list")
                .orElseThrow()
                .child("user")
                .orElseThrow());
    }
}
