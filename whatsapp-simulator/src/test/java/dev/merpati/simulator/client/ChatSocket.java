package dev.merpati.simulator.client;

import dev.merpati.simulator.crypto.Bytes;
import dev.merpati.simulator.crypto.KeyPair;
import dev.merpati.simulator.crypto.Keys;
import dev.merpati.simulator.node.Node;
import dev.merpati.simulator.node.NodeReader;
import dev.merpati.simulator.node.NodeWriter;
import dev.merpati.simulator.noise.NoiseCipher;
import dev.merpati.simulator.noise.SymmetricState;
import dev.merpati.simulator.proto.ProtoMessage;
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
    private static final byte[] PROLOGUE = {'W', 'A', 6, 3};
    private static final long TIMEOUT_SECONDS = 10;

    private final KeyPair noise;
    private final byte[] payload;
    private final Function<Node, Optional<Node>> reaction;
    private final SymmetricState state = new SymmetricState();
    private final KeyPair ephemeral = KeyPair.generate();
    private final List<Node> received = new CopyOnWriteArrayList<>();
    private final List<Integer> pieces = new CopyOnWriteArrayList<>();
    private final CompletableFuture<String> closed = new CompletableFuture<>();
    private final CompletableFuture<Void> open = new CompletableFuture<>();
    private final WebSocket socket;
    private byte[] buffer = {};
    private @Nullable NoiseCipher fromServer;
    private @Nullable NoiseCipher toServer;
    private volatile @Nullable ProtoMessage certificates;

    ChatSocket(HttpClient http, KeyPair noise, byte[] payload, Function<Node, Optional<Node>> reaction) {
        this.reaction = reaction;
        this.noise = noise;
        this.payload = payload;
        state.mixHash(PROLOGUE);
        state.mixHash(ephemeral.publicKey());
        socket = http.newWebSocketBuilder()
                .buildAsync(URI.create("wss://web.whatsapp.com/ws/chat"), this)
                .orTimeout(TIMEOUT_SECONDS, TimeUnit.SECONDS)
                .join();
        byte[] hello = ProtoMessage.builder()
                .message(2, ProtoMessage.builder().bytes(1, ephemeral.publicKey()))
                .build();
        write(Bytes.concat(PROLOGUE, framed(hello)));
    }

    /** Whether a root key signed the intermediate certificate, and its key the server's. */
    boolean isSignedBy(byte[] rootKey) {
        ProtoMessage chain = certificates;
        if (chain == null) {
            throw new IllegalStateException("The handshake is not through");
        }
        ProtoMessage leaf = chain.requiredMessage(1);
        ProtoMessage intermediate = chain.requiredMessage(2);
        byte[] intermediateKey =
                ProtoMessage.parse(intermediate.requiredBytes(1)).requiredBytes(3);
        return Keys.verify(rootKey, intermediate.requiredBytes(1), intermediate.requiredBytes(2))
                && Keys.verify(intermediateKey, leaf.requiredBytes(1), leaf.requiredBytes(2));
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
            finish(ProtoMessage.parse(frame).requiredMessage(3));
        } else {
            Node node = NodeReader.decode(fromServer.decrypt(frame));
            received.add(node);
            reaction.apply(node).ifPresent(this::send);
        }
    }

    private synchronized void finish(ProtoMessage hello) {
        byte[] serverEphemeral = hello.requiredBytes(1);
        state.mixHash(serverEphemeral);
        state.mixKey(ephemeral.agree(serverEphemeral));
        byte[] serverStatic = state.decryptAndHash(hello.requiredBytes(2));
        state.mixKey(ephemeral.agree(serverStatic));
        ProtoMessage chain = ProtoMessage.parse(state.decryptAndHash(hello.requiredBytes(3)));
        ProtoMessage leaf = ProtoMessage.parse(chain.requiredMessage(1).requiredBytes(1));
        if (!Arrays.equals(leaf.requiredBytes(3), serverStatic)) {
            throw new IllegalStateException("The certificate is for another key");
        }
        certificates = chain;
        byte[] encryptedStatic = state.encryptAndHash(noise.publicKey());
        state.mixKey(noise.agree(serverEphemeral));
        byte[] encryptedPayload = state.encryptAndHash(payload);
        write(framed(ProtoMessage.builder()
                .message(4, ProtoMessage.builder().bytes(1, encryptedStatic).bytes(2, encryptedPayload))
                .build()));
        NoiseCipher[] ciphers = state.split();
        toServer = ciphers[0];
        fromServer = ciphers[1];
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
