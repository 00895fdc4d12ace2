package dev.merpati.worker.cobalt.stream;

import dev.merpati.worker.cobalt.receive.InboundStanzas;
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
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ScheduledFuture;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Cobalt's engine without its own decisions: it does the handshake, the codecs, the requests and the Signal code, and everything
 * that it would decide by itself (to reconnect, to delete the session, to sync, to poll) is taken from it here. One
 * object for one stream.
 */
public final class CobaltSocket extends SocketHandler implements NodeGate, PayloadSource {
    private static final Logger log = LoggerFactory.getLogger(CobaltSocket.class);

    /** Where the nodes and the failures go. */
    interface Owner {
        void onNode(Node node, Consumer<Node> cobalt);

        /** Called for each node before it leaves. */
        void onSend(Node node);

        void onFailure(ErrorHandler.Location location);
    }

    private final Owner owner;
    private final Supplier<byte[]> payload;

    /** @param payload makes what the handshake ends with */
    @SuppressWarnings("NullAway") // Cobalt hands its first and its last parameter on to what is cut off here.
    CobaltSocket(Store store, Keys keys, Supplier<byte[]> payload, Owner owner) {
        super(null, store, keys, (_, _, _) -> ErrorHandler.Result.DISCARD, null);
        this.owner = owner;
        this.payload = payload;
    }

    @Override
    public byte[] clientPayload() {
        return payload.get();
    }

    @Override
    public void onNode(Node node, Consumer<Node> cobalt) {
        owner.onNode(node, cobalt);
    }

    /**
     * Begins the handshake on an open socket.
     *
     * @param prefix goes before the first byte
     */
    void open(WhatsAppSocket socket, byte[] prefix) {
        onOpen(new FrameWriter(socket, prefix));
    }

    /** Sends a stanza that has no response; one that cannot be sent any more is dropped. */
    void sendUnanswered(Node stanza) {
        CompletableFuture<Void> _ = sendNodeWithNoResponse(stanza);
    }

    @Override
    public CompletableFuture<Void> sendNodeWithNoResponse(Node node) {
        owner.onSend(node);
        return super.sendNodeWithNoResponse(node);
    }

    @Override
    public CompletableFuture<Node> sendNode(Node node, @Nullable Function<Node, Boolean> filter) {
        owner.onSend(node);
        return super.sendNode(node, filter);
    }

    /** Ends what waits for a response: each gets an empty node. The socket is closed too. */
    void shut() {
        super.disconnect(DisconnectReason.DISCONNECTED).join();
    }

    @Override
    public CompletableFuture<Void> connect(DisconnectReason reason) {
        return CompletableFuture.completedFuture(null);
    }

    @Override
    public CompletableFuture<Void> disconnect(DisconnectReason reason) {
        log.debug("Cobalt wants to end the connection: {}", reason);
        owner.onFailure(ErrorHandler.Location.STREAM);
        return CompletableFuture.completedFuture(null);
    }

    @Override
    @SuppressWarnings("TypeParameterUnusedInFormals")
    protected <T> @Nullable T handleFailure(ErrorHandler.Location location, Throwable failure) {
        // Messages of Cobalt's exceptions hold whole nodes.
        log.debug("Cobalt failed at {} with {}", location, failure.getClass().getName());
        owner.onFailure(location);
        return null;
    }

    /** The acknowledgements are {@link InboundStanzas}' affair: Cobalt's go astray for some addresses. */
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
