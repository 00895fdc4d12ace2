package dev.merpati.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import dev.merpati.simulator.client.TestDevice;
import dev.merpati.simulator.node.Jid;
import dev.merpati.simulator.node.Node;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What an account keeps at the server, and what is answered about things that do not exist here. */
class AccountIT {
    private static final String NUMBER = "6281200000001";
    private static final String FRIEND = "6281200000002";

    @TempDir
    private Path directory;

    private SimulatorFixture fixture;
    private TestDevice device;

    @BeforeEach
    void start() throws Exception {
        fixture = new SimulatorFixture(SimulatorFixture.FAST.withDirectory(directory));
        device = fixture.linkedDevice(NUMBER);
    }

    @AfterEach
    void stop() {
        fixture.close();
    }

    @Test
    void settingsAreKeptAndToldToTheOtherCompanions() throws Exception {
        TestDevice other = fixture.linkedDevice(NUMBER);
        device.ask(TestDevice.iq(
                "set",
                "privacy",
                Node.of(
                        "privacy",
                        Node.of("category").with("name", "readreceipts").with("value", "none"))));
        other.await(node ->
                node.has("type", "account_sync") && node.child("privacy").isPresent());
        device.ask(TestDevice.iq(
                "set", "blocklist", Node.of("item").with("action", "block").with("jid", "99@lid")));
        other.await(node ->
                node.has("type", "account_sync") && node.child("blocklist").isPresent());
        device.ask(TestDevice.iq("set", "status", Node.of("status", text("Open until nine"))));
        String picture = device.ask(TestDevice.iq("set", "w:profile:picture", Node.of("picture", new byte[] {1, 2})))
                .child("picture")
                .orElseThrow()
                .text("id");

        fixture.close();
        fixture = new SimulatorFixture(SimulatorFixture.FAST.withDirectory(directory));
        TestDevice again = fixture.linkedDevice(NUMBER);
        assertThat(again.ask(TestDevice.iq("get", "privacy", Node.of("privacy")))
                        .child("privacy")
                        .orElseThrow()
                        .children())
                .contains(Node.of("category").with("name", "readreceipts").with("value", "none"));
        assertThat(again.ask(TestDevice.iq("get", "blocklist"))
                        .child("list")
                        .orElseThrow()
                        .children())
                .containsExactly(Node.of("item").with("jid", "99@lid"));
        TestDevice friend = fixture.linkedDevice(FRIEND);
        Node found = friend.ask(TestDevice.iq(
                                "get", "w:profile:picture", Node.of("picture").with("type", "image"))
                        .with("target", Jid.phone(NUMBER).toString()))
                .child("picture")
                .orElseThrow();
        assertThat(found.text("id")).isEqualTo(picture);
        assertThat(found.content()).hasValue(new byte[] {1, 2});
        Node usync = Node.of(
                        "usync",
                        Node.of("query", Node.of("status")),
                        Node.of(
                                "list",
                                Node.of("user").with("jid", Jid.phone(NUMBER).toString())))
                .with("sid", "1")
                .with("mode", "query");
        assertThat(friend.ask(TestDevice.iq("get", "usync", usync))
                        .child("usync")
                        .flatMap(answer -> answer.child("list"))
                        .flatMap(list -> list.child("user"))
                        .flatMap(user -> user.child("status"))
                        .flatMap(Node::contentText))
                .contains("Open until nine");
    }

    @Test
    void whatDoesNotExistHereIsAnsweredWithAnError() {
        for (Map.Entry<String, Node> query : Map.of(
                        "w:g2", Node.of("create").with("subject", "Friends"), "newsletter", Node.of("messages"))
                .entrySet()) {
            assertThat(device.ask(TestDevice.iq("set", query.getKey(), query.getValue()))
                            .text("type"))
                    .isEqualTo("error");
        }
        assertThat(device.ask(TestDevice.iq("get", "w:profile:picture", Node.of("picture"))
                                .with("target", Jid.phone(FRIEND).toString()))
                        .child("error")
                        .orElseThrow()
                        .text("code"))
                .isEqualTo("404");
        for (String to : new String[] {"123-456@g.us", "status@broadcast", "1@newsletter"}) {
            device.send(Node.of("message", Node.of("enc", new byte[] {1}).with("type", "skmsg"))
                    .with("to", to)
                    .with("id", "3EB0" + to)
                    .with("type", "text"));
            assertThat(device.awaitAck("3EB0" + to).text("error")).as(to).isEqualTo("404");
        }
    }

    @Test
    void theKeysOfSingleDevicesAreFetched() {
        TestDevice friend = fixture.linkedDevice(FRIEND);
        friend.uploadPreKeys(1);
        Node answer = device.ask(TestDevice.iq(
                "get",
                "encrypt",
                Node.of(
                        "key_fetch",
                        Node.of(
                                        "user",
                                        Node.of("device").with("id", "0"),
                                        Node.of("device").with("id", "1"),
                                        Node.of("device").with("id", "7"))
                                .with("jid", device.addressOf(FRIEND).toString()))));
        assertThat(answer.child("list")
                        .orElseThrow()
                        .child("user")
                        .orElseThrow()
                        .children("device"))
                .extracting(found -> found.text("id"))
                .containsExactly("0", "1");
    }

    @Test
    void aLoginIsGivenRoutingInformation() {
        assertThat(device.await(node -> node.child("edge_routing").isPresent())
                        .child("edge_routing")
                        .flatMap(routing -> routing.childContent("routing_info")))
                .hasValueSatisfying(info -> assertThat(info).isNotEmpty());
    }

    private static byte[] text(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
