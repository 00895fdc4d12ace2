package dev.merpati.simulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.merpati.simulator.client.TestDevice;
import dev.merpati.simulator.node.Jid;
import dev.merpati.simulator.proto.ProtoMessage;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Many messages at once, and the modes that leave decryption out. */
class LoadIT {
    private static final String NUMBER = "6281200000001";
    private static final String FRIEND = "6281200000002";
    private static final Duration LIMIT = Duration.ofSeconds(30);

    /** More than a client may have in flight before it is no longer read from. */
    private static final int MANY = 1000;

    @Test
    void aClientThatDoesNotWaitLosesNothing() throws Exception {
        try (SimulatorFixture fixture = new SimulatorFixture(SimulatorFixture.FAST)) {
            TestDevice device = fixture.linkedDevice(NUMBER);
            List<Jid> devices = device.devicesFor(FRIEND);
            for (int i = 0; i < MANY; i++) {
                byte[] text = ProtoMessage.builder().text(1, "text " + i).build();
                device.send(device.message(FRIEND, devices, "3EB0" + i, text));
            }
            await().atMost(LIMIT).until(() -> fixture.control().messages(FRIEND).size() == MANY);
            assertThat(fixture.control()
                            .messages(FRIEND)
                            .get(MANY - 1)
                            .get("text")
                            .stringValue())
                    .isEqualTo("text " + (MANY - 1));
            assertThat(fixture.control().stat("undecryptable")).isZero();
            assertThat(fixture.control().stat("duplicateMessages")).isZero();
        }
    }

    @Test
    void withoutVerificationMessagesAreCountedAndReceiptedButNotShown() throws Exception {
        try (SimulatorFixture fixture = new SimulatorFixture(SimulatorFixture.FAST.withVerify(VerifyMode.NONE))) {
            TestDevice device = fixture.linkedDevice(NUMBER);
            device.sendText(FRIEND, "3EB01", "not looked at");
            device.await(node -> node.is("receipt") && node.has("id", "3EB01"));
            assertThat(fixture.control().stat("distinctMessages")).isEqualTo(1);
            assertThat(fixture.control().messages(FRIEND).size()).isZero();
        }
    }

    @Test
    void automaticReadReceiptsFollowTheDelivery() throws Exception {
        try (SimulatorFixture fixture =
                new SimulatorFixture(SimulatorFixture.FAST.withReadReceipts(ReadReceipts.AUTO))) {
            TestDevice device = fixture.linkedDevice(NUMBER);
            device.sendText(FRIEND, "3EB01", "seen at once");
            device.await(node -> node.is("receipt") && node.has("id", "3EB01") && node.has("type", "read"));
            await().atMost(LIMIT).until(() -> fixture.control().messages(FRIEND).size() == 1);
            assertThat(fixture.control().messages(FRIEND).get(0).get("read").booleanValue())
                    .isTrue();
        }
    }
}
