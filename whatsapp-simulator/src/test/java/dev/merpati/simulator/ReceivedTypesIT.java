package dev.merpati.simulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.merpati.simulator.client.TestDevice;
import dev.merpati.simulator.node.Jid;
import dev.merpati.simulator.node.Node;
import dev.merpati.simulator.proto.ProtoBuilder;
import dev.merpati.simulator.proto.ProtoMessage;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** What the phone shows of what clients send, how its chats look, and what companions learn of each other. */
class ReceivedTypesIT {
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
        device.uploadPreKeys(5);
        control.put("/sim/phones/" + FRIEND, Map.of());
    }

    @AfterEach
    void stop() {
        fixture.close();
    }

    @Test
    void everyTypeHasItsName() {
        Map<String, byte[]> types = new LinkedHashMap<>();
        types.put("reaction", message(46, about(1).text(2, "👍")));
        types.put("poll-vote", message(50, about(1)));
        types.put("pin", message(63, about(1).number(2, 1)));
        types.put("delete", message(12, about(1).number(2, 0)));
        types.put("edit", message(12, about(1).number(2, 14).message(14, text("better"))));
        types.put(
                "disappearing-timer",
                message(12, ProtoMessage.builder().number(2, 3).number(4, 86_400)));
        types.put("protocol", message(12, ProtoMessage.builder().number(2, 16)));
        types.put("location", message(5, ProtoMessage.builder().decimal(1, 1.5).decimal(2, -2.5)));
        types.put(
                "live-location",
                message(18, ProtoMessage.builder().decimal(1, 1).decimal(2, 2)));
        types.put("contact", message(4, ProtoMessage.builder().text(1, "Ani").text(16, "BEGIN:VCARD")));
        types.put("poll", message(60, ProtoMessage.builder().text(2, "Lunch?")));
        types.put("event", message(75, ProtoMessage.builder().text(3, "Party").number(7, 1_800_000_000)));
        types.put("invite", message(28, ProtoMessage.builder().text(1, "1@g.us").text(2, "code")));
        types.put("other", message(22, ProtoMessage.builder().text(1, "pay me")));
        types.forEach((type, content) -> device.sendMessage(FRIEND, "3EB0" + type, content));
        await().atMost(LIMIT).until(() -> control.messages(FRIEND).size() == types.size());
        assertThat(control.messages(FRIEND))
                .extracting(message -> message.get("type").stringValue())
                .containsExactlyElementsOf(types.keySet());
        assertThat(details("3EB0reaction").toString())
                .contains("\"emoji\":\"👍\"")
                .contains("\"target\":\"3EBTARGET\"");
        assertThat(details("3EB0disappearing-timer").get("seconds").intValue()).isEqualTo(86_400);
        assertThat(details("3EB0location").get("longitude").doubleValue()).isEqualTo(-2.5);
        assertThat(details("3EB0contact").get("contacts").get(0).get("name").stringValue())
                .isEqualTo("Ani");
        assertThat(details("3EB0event").get("startTime").longValue()).isEqualTo(1_800_000_000);
        assertThat(details("3EB0invite").get("code").stringValue()).isEqualTo("code");
    }

    @Test
    void wrappersAndContextAreSeenThrough() {
        byte[] disappearing = message(
                40,
                ProtoMessage.builder()
                        .message(
                                1,
                                ProtoMessage.builder()
                                        .message(
                                                6,
                                                ProtoMessage.builder()
                                                        .text(1, "psst")
                                                        .message(
                                                                17,
                                                                ProtoMessage.builder()
                                                                        .text(1, "3EBTARGET")
                                                                        .text(15, "1@lid")
                                                                        .number(22, 1)
                                                                        .number(25, 86_400)))));
        device.sendMessage(FRIEND, "3EB01", disappearing);
        await().atMost(LIMIT).until(() -> control.messages(FRIEND).size() == 1);
        JsonNode message = control.messages(FRIEND).get(0);
        assertThat(message.get("text").stringValue()).isEqualTo("psst");
        JsonNode details = message.get("details");
        assertThat(details.get("quoted").stringValue()).isEqualTo("3EBTARGET");
        assertThat(details.get("mentions").get(0).stringValue()).isEqualTo("1@lid");
        assertThat(details.get("forwarded").booleanValue()).isTrue();
        assertThat(details.get("expiresAfter").intValue()).isEqualTo(86_400);
    }

    @Test
    void aChatShowsBothSidesWithEditsReactionsAndStates() {
        device.sendMessage(FRIEND, "3EB01", text("helo").build());
        device.sendMessage(
                FRIEND, "3EB02", message(12, key("3EB01").number(2, 14).message(14, text("hello"))));
        await().atMost(LIMIT).until(() -> control.messages(FRIEND).size() == 2);
        String answer = post("messages", Map.of("to", NUMBER, "text", "hi"));
        post("messages", Map.of("type", "reaction", "id", "3EB01", "emoji", "👍"));
        Node arrived = device.await(node -> node.is("message") && node.has("id", answer));
        device.send(receipt(arrived, answer, null));
        await().atMost(LIMIT).until(() -> chat().get(1).get("devices").has("1"));
        assertThat(chat().get(1).get("state").stringValue()).isEqualTo("delivered");
        device.send(receipt(arrived, answer, "read"));
        await().atMost(LIMIT)
                .until(() -> chat().get(1).get("state").stringValue().equals("read"));

        JsonNode question = chat().get(0);
        assertThat(chat().size()).isEqualTo(2);
        assertThat(question.get("text").stringValue()).isEqualTo("hello");
        assertThat(question.get("edited").booleanValue()).isTrue();
        assertThat(question.get("reactions").get(0).get("emoji").stringValue()).isEqualTo("👍");
        assertThat(question.get("direction").stringValue()).isEqualTo("in");
        JsonNode list = control.get("/sim/phones/" + FRIEND + "/chats").json();
        assertThat(list.get(0).get("with").stringValue()).isEqualTo(NUMBER);
        assertThat(list.get(0).get("unread").intValue()).isEqualTo(2);
    }

    @Test
    void whatACompanionWroteIsInTheChatOfItsPhone() {
        device.send(device.text(FRIEND, "3EB01", "from the companion"));
        device.awaitAck("3EB01");
        String path = "/sim/phones/" + NUMBER + "/chats/" + FRIEND;
        await().atMost(LIMIT)
                .until(() -> control.get(path).json().get("messages").size() == 1
                        && control.get(path).json().toString().contains("\"state\":\"delivered\""));
        JsonNode sent = control.get(path).json().get("messages").get(0);
        assertThat(sent.get("direction").stringValue()).isEqualTo("out");
        assertThat(sent.get("device").intValue()).isEqualTo(1);
        assertThat(sent.get("text").stringValue()).isEqualTo("from the companion");
        control.post("/sim/phones/" + FRIEND + "/read", Map.of());
        await().atMost(LIMIT).until(() -> control.get(path).json().toString().contains("\"state\":\"read\""));
    }

    @Test
    void typingIsSeenOnBothSides() {
        post("typing", Map.of("to", NUMBER, "state", "recording", "hidden", false));
        Node seen = device.await(node -> node.is("chatstate"));
        assertThat(seen.text("from")).isEqualTo(FRIEND + "@s.whatsapp.net");
        assertThat(seen.child("composing").orElseThrow().text("media")).isEqualTo("audio");

        device.send(Node.of("chatstate", Node.of("composing"))
                .with("to", Jid.phone(FRIEND).toString()));
        String path = "/sim/phones/" + FRIEND + "/chats/" + NUMBER;
        await().atMost(LIMIT)
                .until(() -> control.get(path).json().get("typing").toString().equals("\"composing\""));
    }

    @Test
    void aSubscriberHearsWhoComesAndGoes() {
        device.send(Node.of("presence")
                .with("type", "subscribe")
                .with("to", Jid.phone(FRIEND).toString()));
        device.ask(TestDevice.iq("get", "w:p", Node.of("ping")));
        post("presence", Map.of("available", true));
        assertThat(device.await(node -> node.is("presence")).attribute("type")).isNull();
        post("presence", Map.of("available", false));
        Node gone = device.await(node -> node.is("presence") && node.has("type", "unavailable"));
        assertThat(gone.text("from")).isEqualTo(FRIEND + "@s.whatsapp.net");
        assertThat(gone.text("last")).isNotEmpty();
    }

    @Test
    void theOtherCompanionLearnsWhatWasRead() {
        TestDevice second = fixture.linkedDevice(NUMBER);
        device.send(Node.of("receipt")
                .with("id", "3A01")
                .with("type", "read")
                .with("to", Jid.phone(FRIEND).toString()));
        Node seen = second.await(node -> node.is("receipt"));
        assertThat(seen.text("type")).isEqualTo("read-self");
        assertThat(seen.text("from")).isEqualTo(device.jid().toString());
        assertThat(seen.text("recipient")).isEqualTo(FRIEND + "@s.whatsapp.net");
        assertThat(device.all(node -> node.is("receipt"))).isEmpty();
    }

    @Test
    void allCompanionsOfTheAuthorLearnThatItWasRead() {
        TestDevice friend = fixture.linkedDevice(FRIEND);
        TestDevice second = fixture.linkedDevice(NUMBER);
        friend.send(Node.of("receipt")
                .with("id", "3EB01")
                .with("type", "read")
                .with("to", Jid.phone(NUMBER).toString()));
        for (TestDevice author : List.of(device, second)) {
            assertThat(author.await(node -> node.is("receipt")).text("from"))
                    .isEqualTo(friend.jid().toString());
        }
    }

    private static Node receipt(Node message, String id, @Nullable String type) {
        return Node.of("receipt")
                .with("id", id)
                .with("to", message.text("from"))
                .with("type", type);
    }

    private static byte[] message(int field, ProtoBuilder content) {
        return ProtoMessage.builder().message(field, content).build();
    }

    private static ProtoBuilder text(String text) {
        return ProtoMessage.builder().text(1, text);
    }

    /** A content that is about another message. */
    private static ProtoBuilder about(int field) {
        return ProtoMessage.builder().message(field, ProtoMessage.builder().text(3, "3EBTARGET"));
    }

    private static ProtoBuilder key(String id) {
        return ProtoMessage.builder()
                .message(1, ProtoMessage.builder().number(2, 1).text(3, id));
    }

    private JsonNode details(String id) {
        for (JsonNode message : control.messages(FRIEND)) {
            if (message.get("id").stringValue().equals(id)) {
                return message.get("details");
            }
        }
        throw new AssertionError("No message " + id);
    }

    private JsonNode chat() {
        return control.get("/sim/phones/" + FRIEND + "/chats/" + NUMBER).json().get("messages");
    }

    private String post(String call, Map<String, ?> body) {
        ControlClient.Answer answer = control.post("/sim/phones/" + FRIEND + "/" + call, body);
        assertThat(answer.status()).as(answer.json().toString()).isEqualTo(200);
        JsonNode id = answer.json().get("id");
        return id == null ? "" : id.stringValue();
    }
}
