package dev.merpati.simulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.merpati.simulator.client.TestDevice;
import dev.merpati.simulator.client.Upload;
import dev.merpati.simulator.crypto.Bytes;
import dev.merpati.simulator.node.Node;
import dev.merpati.simulator.proto.ProtoMessage;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** Everything that a phone can be made to send, as the linked device of its friend gets it. */
class PhoneMessagesIT {
    private static final String NUMBER = "6281200000001";
    private static final String FRIEND = "6281200000002";
    private static final Duration LIMIT = Duration.ofSeconds(10);

    @TempDir
    private Path directory;

    private final byte[] file = Bytes.random(70_001);
    private SimulatorFixture fixture;
    private ControlClient control;
    private TestDevice device;

    @BeforeEach
    void start() throws Exception {
        fixture = new SimulatorFixture(SimulatorFixture.FAST.withDirectory(directory));
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
    void aPictureIsEncryptedAndCanBeDownloaded() throws Exception {
        String url = "data:image/png;base64," + Base64.getEncoder().encodeToString(file);
        Node stanza = arrived(send(Map.of("to", NUMBER, "type", "image", "media", url, "caption", "a cat")));
        assertThat(stanza.text("type")).isEqualTo("media");
        assertThat(stanza.child("enc").orElseThrow().text("mediatype")).isEqualTo("image");
        ProtoMessage image = device.open(stanza).requiredMessage(3);
        assertThat(image.text(2)).contains("image/png");
        assertThat(image.text(3)).contains("a cat");
        assertThat(image.requiredNumber(5)).isEqualTo(file.length);
        assertThat(Upload.fetch(device, image.text(11).orElseThrow(), image.requiredBytes(8), "Image"))
                .isEqualTo(file);
    }

    @Test
    void theBodyOfACallIsSentAsADocument() throws Exception {
        String path = "/sim/phones/" + FRIEND + "/messages?to=" + NUMBER + "&type=document&fileName=a.pdf";
        String id =
                control.upload(path, "application/pdf", file).json().get("id").stringValue();
        ProtoMessage document = device.open(arrived(id)).requiredMessage(7);
        assertThat(document.text(2)).contains("application/pdf");
        assertThat(document.text(8)).contains("a.pdf");
        assertThat(Upload.fetch(device, document.text(10).orElseThrow(), document.requiredBytes(7), "Document"))
                .isEqualTo(file);
        assertThat(control.send("GET", "/sim/phones/" + FRIEND + "/messages/" + id + "/media", null)
                        .body())
                .as("the phone shows what it sent")
                .isEqualTo(file);
    }

    @Test
    void aFileOfTheDirectoryIsSentAsAVoiceNote() throws Exception {
        Files.write(directory.resolve("files").resolve("hello.ogg"), file);
        Node stanza = arrived(send(Map.of("to", NUMBER, "type", "voice", "file", "hello.ogg", "seconds", 3)));
        assertThat(stanza.child("enc").orElseThrow().text("mediatype")).isEqualTo("ptt");
        ProtoMessage voice = device.open(stanza).requiredMessage(8);
        assertThat(voice.requiredNumber(6)).as("push to talk").isEqualTo(1);
        assertThat(voice.requiredNumber(5)).as("seconds").isEqualTo(3);
        assertThat(Upload.fetch(device, voice.text(9).orElseThrow(), voice.requiredBytes(7), "Audio"))
                .isEqualTo(file);
    }

    @Test
    void nothingButFilesOfTheDirectoryIsSent() {
        for (String name : List.of("../ca-key.der", "/etc/hostname", "none.txt", ".")) {
            var answer = control.post(
                    "/sim/phones/" + FRIEND + "/messages", Map.of("to", NUMBER, "type", "document", "file", name));
            assertThat(answer.status()).as(name).isEqualTo(400);
            assertThat(answer.json().toString()).contains("file: found " + name);
        }
    }

    @Test
    void viewOnceIsWrapped() {
        String media = Base64.getEncoder().encodeToString(file);
        String id = send(Map.of("to", NUMBER, "type", "video", "media", media, "viewOnce", true));
        ProtoMessage video =
                device.open(arrived(id)).requiredMessage(55).requiredMessage(1).requiredMessage(9);
        assertThat(video.requiredNumber(20)).isEqualTo(1);
        JsonNode shown = control.messages(NUMBER).get(0);
        assertThat(shown.get("type").stringValue()).isEqualTo("video");
        assertThat(shown.get("details").get("viewOnce").booleanValue()).isTrue();
    }

    @Test
    void anAnswerQuotesWhatItAnswers() {
        device.sendText(FRIEND, "3EB01", "a question");
        await().atMost(LIMIT).until(() -> control.messages(FRIEND).size() == 1);
        String id = send(Map.of("to", NUMBER, "text", "an answer", "quote", "3EB01"));
        ProtoMessage text = device.open(arrived(id)).requiredMessage(6);
        assertThat(text.text(1)).contains("an answer");
        ProtoMessage context = text.requiredMessage(17);
        assertThat(context.text(1)).contains("3EB01");
        assertThat(context.text(2)).contains(device.ownAddress().withoutDevice().toString());
        assertThat(context.requiredMessage(3).text(1)).contains("a question");
        assertThat(control.messages(NUMBER).get(0).get("details").get("quoted").stringValue())
                .isEqualTo("3EB01");
    }

    @Test
    void aReactionIsForTheMessageOfTheOther() {
        device.sendText(FRIEND, "3EB01", "hello");
        await().atMost(LIMIT).until(() -> control.messages(FRIEND).size() == 1);
        Node stanza = arrived(send(Map.of("type", "reaction", "id", "3EB01", "emoji", "👍")));
        assertThat(stanza.text("type")).isEqualTo("reaction");
        ProtoMessage reaction = device.open(stanza).requiredMessage(46);
        assertThat(reaction.text(2)).contains("👍");
        assertThat(reaction.requiredMessage(1).text(3)).contains("3EB01");
        assertThat(reaction.requiredMessage(1).requiredNumber(2))
                .as("not the phone's own")
                .isZero();
    }

    @Test
    void ownMessagesAreEditedAndDeleted() {
        String id = send(Map.of("to", NUMBER, "text", "helo"));
        arrived(id);
        Node edit = arrived(send(Map.of("type", "edit", "id", id, "text", "hello")));
        assertThat(edit.text("edit")).isEqualTo("1");
        ProtoMessage protocol = device.open(edit).requiredMessage(12);
        assertThat(protocol.requiredNumber(2)).isEqualTo(14);
        assertThat(protocol.requiredMessage(1).text(3)).contains(id);
        assertThat(protocol.requiredMessage(14).text(1)).contains("hello");
        assertThat(chat(NUMBER, FRIEND).get(0).get("text").stringValue()).isEqualTo("hello");

        Node delete = arrived(send(Map.of("type", "delete", "id", id)));
        assertThat(delete.text("edit")).isEqualTo("7");
        assertThat(device.open(delete).requiredMessage(12).requiredMessage(1).text(3))
                .contains(id);
        JsonNode chat = chat(NUMBER, FRIEND);
        assertThat(chat.size()).isEqualTo(1);
        assertThat(chat.get(0).get("deleted").booleanValue()).isTrue();
    }

    @Test
    void aLocationAContactAndAPollArrive() {
        String place =
                send(Map.of("to", NUMBER, "type", "location", "latitude", -6.2, "longitude", 106.8, "name", "Monas"));
        ProtoMessage location = device.open(arrived(place)).requiredMessage(5);
        assertThat(location.decimal(1)).hasValue(-6.2);
        assertThat(location.decimal(2)).hasValue(106.8);
        assertThat(location.text(3)).contains("Monas");

        String person = send(Map.of("to", NUMBER, "type", "contact", "name", "Ani", "phone", "6281200000009"));
        ProtoMessage contact = device.open(arrived(person)).requiredMessage(4);
        assertThat(contact.text(1)).contains("Ani");
        assertThat(contact.text(16).orElseThrow()).contains("waid=6281200000009:+6281200000009");

        String vote = send(Map.of("to", NUMBER, "type", "poll", "name", "Lunch?", "options", List.of("Nasi", "Mie")));
        Node stanza = arrived(vote);
        assertThat(stanza.text("type")).isEqualTo("poll");
        ProtoMessage message = device.open(stanza);
        assertThat(message.requiredMessage(35).requiredBytes(3))
                .as("secret of the votes")
                .hasSize(32);
        assertThat(message.requiredMessage(64).messages(3))
                .extracting(option -> option.text(1).orElseThrow())
                .containsExactly("Nasi", "Mie");
        assertThat(control.messages(NUMBER))
                .extracting(shown -> shown.get("type").stringValue())
                .containsExactly("location", "contact", "poll");
    }

    @Test
    void theOwnCompanionsGetACopy() {
        TestDevice own = fixture.linkedDevice(FRIEND);
        own.uploadPreKeys(5);
        String id = send(Map.of("to", NUMBER, "text", "hello", "hidden", false));
        assertThat(device.read(arrived(id))).isEqualTo("hello");
        Node copy = own.await(node -> node.is("message") && node.has("id", id));
        assertThat(copy.text("from")).isEqualTo(FRIEND + "@s.whatsapp.net");
        assertThat(copy.text("recipient")).isEqualTo(NUMBER + "@s.whatsapp.net");
        ProtoMessage sent = own.open(copy).requiredMessage(31);
        assertThat(sent.text(1)).contains(NUMBER + "@s.whatsapp.net");
        assertThat(sent.requiredMessage(2).text(1)).contains("hello");
    }

    @Test
    void invalidMessagesAreRefused() {
        assertInvalid(Map.of("to", NUMBER, "type", "dance"), "type: found dance, allowed one of audio, contact");
        assertInvalid(Map.of("to", NUMBER, "type", "image"), "media: found nothing");
        assertInvalid(Map.of("to", NUMBER, "type", "image", "media", "%%"), "media: found");
        assertInvalid(
                Map.of("to", NUMBER, "type", "location", "latitude", 91, "longitude", 0),
                "latitude: found 91, allowed");
        assertInvalid(Map.of("to", NUMBER, "type", "poll", "name", "x", "options", List.of("a")), "options: found 1");
        var unknown = control.post(
                "/sim/phones/" + FRIEND + "/messages", Map.of("to", NUMBER, "type", "edit", "id", "x", "text", "y"));
        assertThat(unknown.status()).isEqualTo(404);
        assertThat(unknown.json().toString()).contains("allowed a message that the phone sent");
    }

    private void assertInvalid(Map<String, ?> message, String expected) {
        var answer = control.post("/sim/phones/" + FRIEND + "/messages", message);
        assertThat(answer.status()).as(answer.json().toString()).isEqualTo(400);
        assertThat(answer.json().get("error").get("message").stringValue()).startsWith(expected);
    }

    private String send(Map<String, ?> message) {
        ControlClient.Answer answer = control.post("/sim/phones/" + FRIEND + "/messages", message);
        assertThat(answer.status()).as(answer.json().toString()).isEqualTo(200);
        return answer.json().get("id").stringValue();
    }

    private Node arrived(String id) {
        return device.await(node -> node.is("message") && node.has("id", id));
    }

    private JsonNode chat(String number, String peer) {
        return control.get("/sim/phones/" + number + "/chats/" + peer).json().get("messages");
    }
}
