package dev.merpati.simulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.merpati.simulator.client.TestDevice;
import dev.merpati.simulator.crypto.Bytes;
import dev.merpati.simulator.node.Jid;
import dev.merpati.simulator.node.Node;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Messages that one side could not decrypt, and sessions that both sides begin. */
class RetryIT {
    private static final String NUMBER = "6281200000001";
    private static final String FRIEND = "6281200000002";
    private static final Jid FRIEND_JID = Jid.phone(FRIEND);
    private static final Duration LIMIT = Duration.ofSeconds(10);

    private SimulatorFixture fixture;
    private ControlClient control;
    private TestDevice device;

    @BeforeEach
    void start() throws Exception {
        fixture = new SimulatorFixture(SimulatorFixture.UNMIGRATED);
        control = fixture.control();
        device = fixture.linkedDevice(NUMBER);
        device.uploadPreKeys(30);
        control.put("/sim/phones/" + FRIEND, Map.of());
    }

    @AfterEach
    void stop() {
        fixture.close();
    }

    @Test
    void messagesOnTheirWayStayReadableWhenTheDeviceAsksForAnother() {
        device.sendText(FRIEND, "3EB01", "one");
        await().atMost(LIMIT).until(() -> control.messages(FRIEND).size() == 1);
        String id = phoneWrites("hello");
        assertThat(device.read(received(id, 1))).isEqualTo("hello");
        Node onItsWay = device.text(FRIEND, "3EB02", "two");

        device.send(TestDevice.retryReceipt(FRIEND_JID, id, 1));
        assertThat(device.read(received(id, 2))).isEqualTo("hello");
        device.send(onItsWay);

        await().atMost(LIMIT).until(() -> control.messages(FRIEND).size() == 2);
        assertThat(control.stat("undecryptable")).isZero();
    }

    @Test
    void nothingIsLostWhenBothSidesBeginASessionAtOnceAndAskAgain() {
        int texts = 20;
        List<Node> mine = new ArrayList<>();
        for (int i = 0; i < texts; i++) {
            mine.add(device.text(FRIEND, "3EB0" + i, "mine " + i));
        }
        Set<String> theirs = new HashSet<>();
        for (int i = 0; i < texts; i++) {
            theirs.add("theirs " + i);
            String id = phoneWrites("theirs " + i);
            device.send(mine.get(i));
            if (i % 5 == 0) {
                device.send(TestDevice.retryReceipt(FRIEND_JID, id, 1));
            }
        }
        await().atMost(LIMIT).until(() -> control.messages(FRIEND).size() == texts);
        await().atMost(LIMIT).until(() -> messages().size() == texts + 4);
        Set<String> read = new HashSet<>();
        messages().forEach(message -> read.add(device.read(message)));
        assertThat(read).isEqualTo(theirs);
        device.sendText(FRIEND, "3EB0LAST", "last");
        await().atMost(LIMIT).until(() -> control.messages(FRIEND).size() == texts + 1);
        assertThat(control.stat("undecryptable")).isZero();
    }

    @Test
    void theResendOfAMessageUnderTheHiddenAddressIsUnderIt() {
        String id = control.post(
                        "/sim/phones/" + FRIEND + "/messages", Map.of("to", NUMBER, "text", "hello", "hidden", true))
                .json()
                .get("id")
                .stringValue();
        Node first = received(id, 1);
        device.send(TestDevice.retryReceipt(Jid.parse(first.attribute("from")).orElseThrow(), id, 1));
        assertThat(received(id, 2).text("from")).isEqualTo(first.text("from"));
    }

    @Test
    void thePhoneCountsItsRetriesAndSendsKeysFromTheSecondOn() {
        Node bad = device.text(FRIEND, "3EB01", "hello");
        bad = bad.children(List.of(
                Node.of(
                        "participants",
                        Node.of("to", Node.of("enc", new byte[] {0x33, 1, 2}).with("type", "msg"))
                                .with("jid", FRIEND_JID.toString())),
                bad.child("device-identity").orElseThrow()));
        Node enc = bad.child("participants")
                .orElseThrow()
                .child("to")
                .orElseThrow()
                .child("enc")
                .orElseThrow();
        for (int i = 1; i <= 7; i++) {
            Node again = bad.children(List.of(enc.with("count", String.valueOf(i - 1))))
                    .with("to", FRIEND_JID.toString());
            device.send(i == 1 ? bad : again);
            int sent = i;
            await().atMost(LIMIT).until(() -> control.stat("undecryptable") == sent);
        }
        await().atMost(LIMIT).until(() -> retries().size() >= 5);
        device.ask(TestDevice.iq("get", "w:p", Node.of("ping")));
        List<Node> retries = retries();
        assertThat(retries)
                .extracting(retry -> retry.child("retry").orElseThrow().text("count") + " "
                        + retry.child("keys").isPresent())
                .containsExactly("1 false", "2 true", "3 true", "4 true", "5 true");

        device.beginSession(FRIEND_JID.toString(), retries.getLast());
        device.send(device.text(FRIEND, "3EB01", "hello"));
        await().atMost(LIMIT).until(() -> control.messages(FRIEND).size() == 1);
    }

    @Test
    void receiptsOfACompanionReachTheCompanionThatWrote() {
        TestDevice friend = fixture.linkedDevice(FRIEND);
        Node retry = TestDevice.retryReceipt(device.jid(), "3EB01", 1)
                .children(List.of(
                        Node.of("retry").with("count", "1").with("id", "3EB01"),
                        Node.of("registration", Bytes.bigEndian(7, 4))));
        friend.send(retry);
        Node relayed = device.await(node -> node.is("receipt") && node.has("type", "retry"));
        assertThat(relayed.text("from")).isEqualTo(friend.jid().toString());
        assertThat(relayed.text("id")).isEqualTo("3EB01");
        assertThat(relayed.children()).isEqualTo(retry.children());
    }

    private String phoneWrites(String text) {
        return control.post("/sim/phones/" + FRIEND + "/messages", Map.of("to", NUMBER, "text", text))
                .json()
                .get("id")
                .stringValue();
    }

    /** The n-th message stanza with an id. */
    private Node received(String id, int n) {
        await().atMost(LIMIT)
                .until(() -> messages().stream()
                                .filter(message -> message.has("id", id))
                                .count()
                        == n);
        return messages().stream()
                .filter(message -> message.has("id", id))
                .toList()
                .getLast();
    }

    private List<Node> messages() {
        return device.all(node -> node.is("message"));
    }

    private List<Node> retries() {
        return device.all(node -> node.is("receipt") && node.has("type", "retry"));
    }
}
