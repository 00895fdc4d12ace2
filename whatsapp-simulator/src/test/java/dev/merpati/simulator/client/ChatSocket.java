package dev.merpati.simulator.client;

import dev.merpati.simulator.crypto.Bytes;
import dev.merpati.simulator.node.Node;
import dev.merpati.simulator.node.NodeReader;
import dev.merpati.simulator.node.NodeWriter;
import dev.merpati.simulator.noise.NoiseCipher;
import java.io.ByteArrayOutputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** One connection: WebSocket, Noise as the initiator, nodes. */
final class ChatSocket implements WebSocket.Listener {
    private static final long TIMEOUT_SECONDS = 10;

    private final NoiseInitiator noise;
    private final Function<Node, Optional<Node>> reaction;
    private final List<Node> received = new CopyOnWriteArrayList<>();
    private final List<Integer> pieces = new CopyOnWriteArrayList<>();
    private final CompletableFuture<String> closed = new CompletableFuture<>();
    private final CompletableFuture<Void> open = new CompletableFuture<>();
    private final WebSocket socket;
    private byte[] buffer = {};
    private @Nullable NoiseCipher fromServer;
    private @Nullable NoiseCipher toServer;

    /** @param routing what the server told an earlier connection to begin with; may be empty */
    ChatSocket(
            HttpClient http, URI chat, NoiseInitiator noise, byte[] routing, Function<Node, Optional<Node>> reaction) {
        this.reaction = reaction;
        this.noise = noise;
        socket = http.newWebSocketBuilder()
                .buildAsync(chat, this)
                .orTimeout(TIMEOUT_SECONDS, TimeUnit.SECONDS)
                .join();
        write(Bytes.concat(NoiseInitiator.opening(routing), framed(noise.hello())));
    }

    /** The handshake; it is through once the socket is open. */
    NoiseInitiator noise() {
        return noise;
    }

    void awaitOpen() {
        open.orTimeout(TIMEOUT_SECONDS, TimeUnit.SECONDS).join();
    }

    synchronized void send(Node node) {
        if (toServer == null) {
            throw new IllegalStateException("The handshake is not through");
        }
        write(framed(toServer.encrypt(NodeWriter.encode(node))));
    }

    List<Node> received() {
        return received;
    }

    /** The sizes of the pieces in which the server's bytes came. */
    List<Integer> pieces() {
        return pieces;
    }

    /** How the connection ended: {@code close <code>} or {@code error}. */
    CompletableFuture<String> closed() {
        return closed;
    }

    void abort() {
        socket.abort();
    }

    @Override
    public @Nullable CompletionStage<?> onBinary(WebSocket webSocket, ByteBuffer data, boolean last) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        pieces.add(data.remaining());
        all.writeBytes(buffer);
        byte[] more = new byte[data.remaining()];
        data.get(more);
        all.writeBytes(more);
        buffer = all.toByteArray();
        while (buffer.length >= 3 && buffer.length >= 3 + length()) {
            byte[] frame = Arrays.copyOfRange(buffer, 3, 3 + length());
            buffer = Arrays.copyOfRange(buffer, 3 + length(), buffer.length);
            frame(frame);
        }
        webSocket.request(1);
        return null;
    }

    private int length() {
        return Bytes.fromBigEndian(Arrays.copyOf(buffer, 3));
    }

    private void frame(byte[] frame) {
        if (fromServer == null) {
            finish(frame);
        } else {
            Node node = NodeReader.decode(fromServer.decrypt(frame));
            received.add(node);
            reaction.apply(node).ifPresent(this::send);
        }
    }

    private synchronized void finish(byte[] answer) {
        noise.answer(answer).ifPresent(last -> write(framed(last)));
        toServer = noise.toServer();
        fromServer = noise.fromServer();
        open.complete(null);
    }

    private synchronized void write(byte[] bytes) {
        socket.sendBinary(ByteBuffer.wrap(bytes), true)
                .orTimeout(TIMEOUT_SECONDS, TimeUnit.SECONDS)
                .join();
    }

    private static byte[] framed(byte[] frame) {
        return Bytes.concat(Bytes.bigEndian(frame.length, 3), frame);
    }

    @Override
    public @Nullable CompletionStage<?> onClose(WebSocket webSocket, int code, String reason) {
        closed.complete("close " + code);
        return null;
    }

    @Override
    public void onError(WebSocket webSocket, Throwable error) {
        closed.complete("error " + error);
        open.completeExceptionally(error);
    }
}
