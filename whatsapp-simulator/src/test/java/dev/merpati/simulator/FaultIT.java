package dev.merpati.simulator;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.merpati.simulator.client.TestDevice;
import dev.merpati.simulator.node.Node;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Every kind of fault, as a client sees it. */
class FaultIT {
    private static final String NUMBER = "6281200000001";
    private static final String FRIEND = "6281200000002";
    private static final Duration LIMIT = Duration.ofSeconds(10);

    /** Long enough for an answer that should not come to come. */
    private static final Duration SILENCE = Duration.ofMillis(300);

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
    void ackDelayHoldsTheAcknowledgementBack() {
        control.fault(Map.of("kind", "ack-delay", "millis", 400, "times", 1));
        long start = System.nanoTime();
        device.sendText(FRIEND, "3EB01", "slow");
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isGreaterThan(Duration.ofMillis(390));
    }

    @Test
    void ackDropDeliversButDoesNotAcknowledge() {
        control.fault(Map.of("kind", "ack-drop", "times", 1));
        device.send(device.text(FRIEND, "3EB01", "lost ack"));
        await().atMost(LIMIT).until(() -> control.stat("messages") == 1);
        device.sendText(FRIEND, "3EB02", "acknowledged");
        assertThat(device.find(node -> node.is("ack") && node.has("id", "3EB01")))
                .isEmpty();
        await().atMost(LIMIT).until(() -> control.messages(FRIEND).size() == 2);
    }

    @Test
    void ackErrorRefusesAndDoesNotDeliver() {
        control.fault(Map.of("kind", "ack-error", "code", 463, "times", 1, "session", NUMBER));
        assertThat(device.sendText(FRIEND, "3EB01", "refused").text("error")).isEqualTo("463");
        device.sendText(FRIEND, "3EB02", "taken");
        await().atMost(LIMIT).until(() -> control.messages(FRIEND).size() == 1);
        assertThat(control.messages(FRIEND).get(0).get("id").stringValue()).isEqualTo("3EB02");
    }

    @Test
    void aFaultForAnotherSessionDoesNotStrike() {
        control.fault(Map.of("kind", "ack-error", "code", 463, "session", "6281299999999"));
        assertThat(device.sendText(FRIEND, "3EB01", "fine").attribute("error")).isNull();
    }

    @Test
    void aFaultEndsWhenItIsDeleted() {
        String id = control.fault(Map.of("kind", "ack-error", "code", 479));
        assertThat(device.sendText(FRIEND, "3EB01", "no").text("error")).isEqualTo("479");
        assertThat(device.sendText(FRIEND, "3EB02", "no").text("error")).isEqualTo("479");
        control.delete("/sim/faults/" + id);
        assertThat(device.sendText(FRIEND, "3EB03", "yes").attribute("error")).isNull();
    }

    @Test
    void usyncErrorAnswersWithAnError() {
        control.fault(Map.of("kind", "usync-error", "times", 1));
        Node answer = device.ask(TestDevice.numberCheck(FRIEND));
        assertThat(answer.text("type")).isEqualTo("error");
        assertThat(device.ask(TestDevice.numberCheck(FRIEND)).text("type")).isEqualTo("result");
    }

    @Test
    void usyncDropDoesNotAnswer() {
        control.fault(Map.of("kind", "usync-drop", "times", 1));
        Node dropped = TestDevice.numberCheck(FRIEND);
        device.send(dropped);
        device.ask(TestDevice.numberCheck(FRIEND));
        assertThat(device.find(node -> node.has("id", dropped.text("id")))).isEmpty();
    }

    @Test
    void dropConnectionResetsOpenConnectionsAndLaterLogins() throws Exception {
        control.fault(Map.of("kind", "drop-connection", "afterMillis", 50, "times", 2));
        assertThat(device.closed().get(10, SECONDS)).startsWith("error").contains("reset");
        device.login();
        assertThat(device.closed().get(10, SECONDS)).startsWith("error").contains("reset");
        device.login();
        device.sendText(FRIEND, "3EB01", "still here");
        await().atMost(LIMIT).until(() -> control.stat("openConnections") == 1);
        assertThat(control.stat("replacedConnections")).isZero();
    }

    @ParameterizedTest
    @ValueSource(ints = {401, 403, 500, 503, 515})
    void streamErrorSendsItsCodeAndCloses(int code) throws Exception {
        control.fault(Map.of("kind", "stream-error", "code", code, "times", 1));
        assertThat(device.await(node -> node.is("stream:error")).text("code")).isEqualTo(String.valueOf(code));
        assertThat(device.closed().get(10, SECONDS)).isNotBlank();
    }

    @Test
    void streamError409IsAConflict() {
        control.fault(Map.of("kind", "stream-error", "code", 409, "times", 1));
        Node error = device.await(node -> node.is("stream:error"));
        assertThat(error.child("conflict").orElseThrow().text("type")).isEqualTo("replaced");
    }

    @Test
    void silentCloseEndsTheStreamWithoutACloseFrame() throws Exception {
        control.fault(Map.of("kind", "silent-close", "times", 1));
        assertThat(device.closed().get(10, SECONDS)).doesNotContain("reset").doesNotContain("1000");
    }

    @Test
    void halfOpenKeepsTheSocketAndSaysNothing() {
        control.fault(Map.of("kind", "half-open", "times", 1));
        Node ping = TestDevice.iq("get", "w:p", Node.of("ping"));
        await().pollDelay(SILENCE).until(() -> true);
        device.send(ping);
        await().pollDelay(SILENCE)
                .until(() ->
                        device.find(node -> node.has("id", ping.text("id"))).isEmpty());
        assertThat(device.closed()).isNotDone();
    }

    @ParameterizedTest
    @ValueSource(ints = {401, 402, 403, 405, 406, 503})
    void refuseLoginFailsWithItsCode(int code) {
        control.fault(Map.of("kind", "refuse-login", "code", code, "times", 1));
        device.connectToLogin();
        assertThat(device.await(node -> node.is("failure")).text("reason")).isEqualTo(String.valueOf(code));
        device.login();
    }

    @Test
    void loginSilenceAnswersNothing() {
        control.fault(Map.of("kind", "login-silence", "times", 1));
        device.connectToLogin();
        await().pollDelay(SILENCE).until(() -> device.find(_ -> true).isEmpty());
        assertThat(device.closed()).isNotDone();
    }

    @Test
    void refuseConnectResetsNewConnections() {
        String id = control.fault(Map.of("kind", "refuse-connect"));
        assertThatThrownBy(device::connectToLogin).rootCause().isInstanceOf(java.io.IOException.class);
        control.delete("/sim/faults/" + id);
        device.login();
    }

    @Test
    void refuseConnectOfOneSessionResetsItsLogin() throws Exception {
        control.fault(Map.of("kind", "refuse-connect", "session", NUMBER, "times", 1));
        device.connectToLogin();
        assertThat(device.closed().get(10, SECONDS)).startsWith("error").contains("reset");
        device.login();
    }

    @Test
    void slowNetworkDelaysEveryFrame() {
        String id = control.fault(Map.of("kind", "slow-network", "millis", 200));
        long start = System.nanoTime();
        device.ask(TestDevice.iq("get", "w:p", Node.of("ping")));
        device.ask(TestDevice.iq("get", "w:p", Node.of("ping")));
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isGreaterThan(Duration.ofMillis(390));
        control.delete("/sim/faults/" + id);
    }

    @Test
    void splitFrameLeavesTwoBytesForAPieceOfTheirOwn() {
        control.fault(Map.of("kind", "split-frame", "times", 1));
        assertThat(device.ask(TestDevice.iq("get", "w:p", Node.of("ping"))).text("type"))
                .isEqualTo("result");
        assertThat(device.pieces().getLast()).isEqualTo(2);
    }

    @Test
    void retryReceiptAsksForTheMessageAgain() {
        control.fault(Map.of("kind", "retry-receipt", "times", 1));
        device.sendText(FRIEND, "3EB01", "again please");
        device.await(node -> node.is("receipt") && node.has("type", "retry"));
        device.sendText(FRIEND, "3EB01", "again please");
        await().atMost(LIMIT).until(() -> control.messages(FRIEND).size() == 1);
        assertThat(control.messages(FRIEND).get(0).get("copies").intValue()).isEqualTo(2);
    }

    @Test
    void failDecryptLosesTheMessageWithoutAWord() {
        control.fault(Map.of("kind", "fail-decrypt", "times", 1));
        device.sendText(FRIEND, "3EB01", "lost");
        device.sendText(FRIEND, "3EB02", "seen");
        device.await(node -> node.is("receipt") && node.has("id", "3EB02"));
        assertThat(device.find(node -> node.is("receipt") && node.has("id", "3EB01")))
                .isEmpty();
        assertThat(control.stat("undecryptable")).isEqualTo(1);
    }

    @Test
    void resetClosesConnectionsAndForgetsEverything() throws Exception {
        control.fault(Map.of("kind", "ack-drop"));
        CompletableFuture<String> closed = device.closed();
        control.delete("/sim");
        assertThat(closed.get(10, SECONDS)).isNotBlank();
        assertThat(control.get("/sim/phones").json().size()).isZero();
        assertThat(control.get("/sim/faults").json().size()).isZero();
        assertThat(control.stat("pairings")).isZero();
        device.connectToLogin();
        assertThat(device.await(node -> node.is("failure")).text("reason")).isEqualTo("401");
    }
}
