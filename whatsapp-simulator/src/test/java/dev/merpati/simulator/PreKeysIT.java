package dev.merpati.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import dev.merpati.simulator.client.TestDevice;
import dev.merpati.simulator.crypto.Bytes;
import dev.merpati.simulator.node.Jid;
import dev.merpati.simulator.node.Node;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the server does with a device's own pre-keys. */
class PreKeysIT {
    private static final String NUMBER = "6281200000001";
    private static final String FRIEND = "6281200000002";

    @TempDir
    private Path directory;

    @Test
    void aKeyIsTakenOnceAlsoAfterItWasGivenAwayAndAfterARestart() throws Exception {
        SimulatorOptions options = SimulatorFixture.FAST.withDirectory(directory);
        TestDevice device;
        int port;
        Node upload;
        Node digest;
        try (SimulatorFixture first = new SimulatorFixture(options)) {
            port = first.simulator().proxyPort();
            device = new TestDevice(port, TestTrust.only(first.simulator().caCertificate()));
            first.link(device, NUMBER);
            device.login();
            assertThat(code(ask(device, "get", Node.of("digest"))))
                    .as("nothing was uploaded")
                    .isEqualTo("404");
            upload = device.upload(3);
            assertThat(device.ask(upload).text("type")).isEqualTo("result");
            first.control().put("/sim/phones/" + FRIEND, Map.of());
            first.control().post("/sim/phones/" + FRIEND + "/messages", Map.of("to", NUMBER, "text", "takes one"));
            device.read(device.await(node -> node.is("message")));

            assertThat(code(ask(device, "set", upload.children().toArray(Node[]::new))))
                    .isEqualTo("400");
            assertThat(preKeys(first)).isEqualTo(2);
            digest = ask(device, "get", Node.of("digest")).child("digest").orElseThrow();
        }

        try (SimulatorFixture second = new SimulatorFixture(options.withProxyPort(port));
                device) {
            device.login();
            assertThat(ask(device, "get", Node.of("digest")).child("digest").orElseThrow())
                    .isEqualTo(digest);
            assertThat(code(ask(device, "set", upload.children().toArray(Node[]::new))))
                    .isEqualTo("400");
            assertThat(second.control()
                            .get("/sim/refusals")
                            .json()
                            .get("counts")
                            .get("fresh-pre-keys")
                            .intValue())
                    .isEqualTo(1);
            assertThat(device.ask(device.upload(3)).text("type")).isEqualTo("result");
            assertThat(preKeys(second)).isEqualTo(5);
        }
    }

    @Test
    void aRotationReplacesTheSignedKeyAndNothingElse() throws Exception {
        try (SimulatorFixture fixture = new SimulatorFixture(SimulatorFixture.FAST)) {
            TestDevice device = fixture.linkedDevice(NUMBER);
            device.uploadPreKeys(3);
            Node skey = device.upload(1).child("skey").orElseThrow();
            Node value = skey.child("value").orElseThrow();
            Node id = Node.of("id", Bytes.bigEndian(77, 3));
            Node forged = Node.of("signature", new byte[64]);

            assertThat(code(ask(device, "set", Node.of("rotate", Node.of("skey", id, value, forged)))))
                    .isEqualTo("400");
            Node signature = skey.child("signature").orElseThrow();
            assertThat(ask(device, "set", Node.of("rotate", Node.of("skey", id, value, signature)))
                            .text("type"))
                    .isEqualTo("result");

            Node digest = ask(device, "get", Node.of("digest")).child("digest").orElseThrow();
            assertThat(digest.child("skey").orElseThrow().childContent("id").orElseThrow())
                    .isEqualTo(Bytes.bigEndian(77, 3));
            assertThat(preKeys(fixture)).isEqualTo(3);
        }
    }

    @Test
    void aPhoneSendsAgainOnTheKeysThatCameWithTheRequest() throws Exception {
        try (SimulatorFixture fixture = new SimulatorFixture(SimulatorFixture.FAST)) {
            TestDevice device = fixture.linkedDevice(NUMBER);
            device.uploadPreKeys(3);
            fixture.control().put("/sim/phones/" + FRIEND, Map.of());
            fixture.control().post("/sim/phones/" + FRIEND + "/messages", Map.of("to", NUMBER, "text", "hello"));
            Node message = device.await(node -> node.is("message"));
            Node own = device.upload(1);
            Node keys = Node.of(
                    "keys",
                    own.child("identity").orElseThrow(),
                    own.child("list").orElseThrow().children().getFirst(),
                    own.child("skey").orElseThrow());
            Node request =
                    TestDevice.retryReceipt(Jid.parse(message.attribute("from")).orElseThrow(), message.text("id"), 2);
            device.send(request.children(List.of(request.child("retry").orElseThrow(), keys)));

            Node again = device.await(node -> node.is("message") && !node.equals(message));
            assertThat(device.read(again)).isEqualTo("hello");
            assertThat(preKeys(fixture)).as("no other key was given away").isEqualTo(2);
        }
    }

    private static Node ask(TestDevice device, String type, Node... content) {
        return device.ask(TestDevice.iq(type, "encrypt", content));
    }

    private static String code(Node answer) {
        return answer.child("error").map(error -> error.text("code")).orElse("none");
    }

    private static int preKeys(SimulatorFixture fixture) throws Exception {
        return fixture.control()
                .get("/sim/phones/" + NUMBER + "/devices")
                .json()
                .get(0)
                .get("preKeys")
                .intValue();
    }
}
