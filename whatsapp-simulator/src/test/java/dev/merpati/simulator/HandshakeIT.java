package dev.merpati.simulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.merpati.simulator.client.TestDevice;
import dev.merpati.simulator.node.Node;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.HexFormat;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Clients that connect and do not go on, or send too much. */
class HandshakeIT {
    private static final String NUMBER = "6281200000001";
    private static final SimulatorOptions IMPATIENT = SimulatorFixture.FAST.withHandshakeTimeout(Duration.ofSeconds(2));

    @Test
    void closesAConnectionThatStaysSilent() throws Exception {
        try (SimulatorFixture fixture = new SimulatorFixture(IMPATIENT);
                Socket socket = new Socket(
                        InetAddress.getLoopbackAddress(), fixture.simulator().proxyPort())) {
            socket.setSoTimeout(20_000);
            InputStream in = socket.getInputStream();
            assertThat(in.read()).isEqualTo(-1);
        }
    }

    @Test
    void closesAChatSocketWithoutHandshakeAndLeavesTheOthers() throws Exception {
        try (SimulatorFixture fixture = new SimulatorFixture(IMPATIENT)) {
            TestDevice pairing = fixture.newDevice();
            pairing.requestCodes();
            TestDevice device = fixture.linkedDevice(NUMBER);
            Ended ended = new Ended();
            open(fixture.newDevice(), ended);
            assertThat(ended.how.get(20, TimeUnit.SECONDS)).isNotBlank();
            assertThat(ping(device)).isEqualTo("result");
            assertThat(ping(pairing)).isEqualTo("result");
        }
    }

    @Test
    void closesAChatSocketWithALongFrameBeforeTheLogin() throws Exception {
        try (SimulatorFixture fixture = new SimulatorFixture(SimulatorFixture.FAST)) {
            Ended ended = new Ended();
            WebSocket socket = open(fixture.newDevice(), ended);
            // "WA", 6, 3 and the head of a frame of 7 MB
            socket.sendBinary(ByteBuffer.wrap(HexFormat.of().parseHex("574106036acfc0")), true)
                    .get(10, TimeUnit.SECONDS);
            assertThat(ended.how.get(20, TimeUnit.SECONDS)).isNotBlank();
            await().atMost(Duration.ofMinutes(1)).until(() -> fixture.control().stat("openConnections") == 0);
        }
    }

    private static String ping(TestDevice device) {
        return device.ask(TestDevice.iq("get", "w:p", Node.of("ping"))).text("type");
    }

    private static WebSocket open(TestDevice client, Ended ended) throws Exception {
        return client.http()
                .newWebSocketBuilder()
                .buildAsync(URI.create("wss://web.whatsapp.com/ws/chat"), ended)
                .get(10, TimeUnit.SECONDS);
    }

    private static final class Ended implements WebSocket.Listener {
        private final CompletableFuture<String> how = new CompletableFuture<>();

        @Override
        public @Nullable CompletionStage<?> onClose(WebSocket webSocket, int code, String reason) {
            how.complete("close " + code);
            return null;
        }

        @Override
        public void onError(WebSocket webSocket, Throwable error) {
            how.complete("error " + error);
        }
    }
}
