package dev.merpati.worker.cobalt.engine;

import dev.merpati.worker.cobalt.transport.WhatsAppSocket;
import it.auties.whatsapp.api.DisconnectReason;
import it.auties.whatsapp.api.ErrorHandler;
import it.auties.whatsapp.controller.Keys;
import it.auties.whatsapp.controller.Store;
import it.auties.whatsapp.model.jid.Jid;
import it.auties.whatsapp.model.node.Node;
import it.auties.whatsapp.model.sync.PatchType;
import it.auties.whatsapp.socket.NodeGate;
import it.auties.whatsapp.socket.PayloadSource;
import it.auties.whatsapp.socket.SocketHandler;
import java.nio.ByteBuffer;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ScheduledFuture;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Cobalt's engine without its own decisions: it does the handshake, the codecs and the requests, and everything that it would decide by itself (to reconnect, to delete the session, to sync, to poll) is taken from it here. One
 * object for one stream.
 */
public final class CobaltEngine extends SocketHandler implements ProtocolEngine, NodeGate, PayloadSource {
    private static final Logger log = LoggerFactory.getLogger(CobaltEngine.class);

    private final Owner owner;
    private final Supplier<byte[]> payload;

    /** @param payload makes what the handshake ends with */
    @SuppressWarnings("NullAway") // Cobalt hands its first and its last parameter on to what is cut off here.
    public CobaltEngine(Store store, Keys keys, Supplier<byte[]> payload, Owner owner) {
        super(null, store, keys, (_, _, _) -> ErrorHandler.Result.DISCARD, null);
        this.owner = owner;
        this.payload = payload;
    }

    @Override
    public byte[] clientPayload() {
        return payload.get();
    }

    /** Cobalt itself gets no node: all that it would do about them is done elsewhere. */
    @Override
    public void onNode(Node node, Consumer<Node> cobalt) {
        owner.received(node);
    }

    @Override
    public void open(WhatsAppSocket socket, byte[] prefix) {
        onOpen(new FrameWriter(socket, prefix));
    }

    @Override
    public void received(byte[] frame) {
        onMessage(ByteBuffer.wrap(frame), true);
    }

    @Override
    public boolean send(Node stanza) {
        return !sendNodeWithNoResponse(stanza).isCompletedExceptionally();
    }

    @Override
    public CompletableFuture<Node> request(Node query) {
        return sendNode(query);
    }

    @Override
    public CompletableFuture<Void> sendNodeWithNoResponse(Node node) {
        owner.sending(node);
        return super.sendNodeWithNoResponse(node);
    }

    @Override
    public CompletableFuture<Node> sendNode(Node node, @Nullable Function<Node, Boolean> filter) {
        owner.sending(node);
        return super.sendNode(node, filter);
    }

    @Override
    public void shut() {
        super.disconnect(DisconnectReason.DISCONNECTED).join();
    }

    @Override
    public CompletableFuture<Void> connect(DisconnectReason reason) {
        return CompletableFuture.completedFuture(null);
    }

    @Override
    public CompletableFuture<Void> disconnect(DisconnectReason reason) {
        log.debug("Cobalt wants to end the connection: {}", reason);
        owner.broken();
        return CompletableFuture.completedFuture(null);
    }

    @Override
    @SuppressWarnings("TypeParameterUnusedInFormals")
    protected <T> @Nullable T handleFailure(ErrorHandler.Location location, Throwable failure) {
        // Messages of Cobalt's exceptions hold whole nodes.
        log.debug("Cobalt failed at {} with {}", location, failure.getClass().getName());
        switch (location) {
            // After a byte that does not decrypt none does any more.
            case LOGIN, STREAM -> owner.broken();
            case UNKNOWN,
                    CRYPTOGRAPHY,
                    MEDIA_CONNECTION,
                    PULL_APP_STATE,
                    PUSH_APP_STATE,
                    INITIAL_APP_STATE_SYNC,
                    MESSAGE,
                    HISTORY_SYNC,
                    RECONNECT -> {
                // Concerns one node only.
            }
        }
        return null;
    }

    /** Not by Cobalt: its acknowledgements go astray for some addresses. */
    @Override
    protected CompletableFuture<Void> sendMessageAck(Jid from, Node node) {
        return CompletableFuture.completedFuture(null);
    }

    @Override
    protected void addToKnownConnections() {}

    @Override
    protected void scheduleAtFixedInterval(Runnable command, long initialDelay, long period) {}

    @Override
    protected @Nullable ScheduledFuture<?> scheduleDelayed(Runnable command, long delay) {
        return null;
    }

    @Override
    protected void pullInitialPatches() {}

    @Override
    public void pullPatch(PatchType... types) {}
}
