package it.auties.whatsapp.socket;

import it.auties.whatsapp.api.ClientType;
import it.auties.whatsapp.api.ErrorHandler;
import it.auties.whatsapp.controller.ControllerSerializer;
import it.auties.whatsapp.controller.Keys;
import it.auties.whatsapp.controller.Store;
import it.auties.whatsapp.controller.StoreBuilder;
import it.auties.whatsapp.model.companion.CompanionDevice;
import it.auties.whatsapp.model.jid.Jid;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.NullMarked;

/** Cobalt's engine on a transport that keeps what is sent. */
@NullMarked
final class Engine {
    final Keys keys;
    final Store store;
    final SocketHandler handler;
    final List<byte[]> sent = new CopyOnWriteArrayList<>();
    Runnable onSend = () -> {};

    Engine() {
        this(Keys.of(UUID.randomUUID(), null, null, ClientType.WEB));
    }

    Engine(Keys keys) {
        this.keys = keys;
        keys.setSerializer(ControllerSerializer.discarding());
        store = new StoreBuilder()
                .uuid(keys.uuid())
                .clientType(ClientType.WEB)
                .device(CompanionDevice.web())
                .jid(Jid.of(628123456789L))
                .build();
        store.setSerializer(ControllerSerializer.discarding());
        handler = new SocketHandler(null, store, keys, (_, _, _) -> ErrorHandler.Result.DISCARD, null);
    }

    /** Opens the transport; the engine sends its part of the handshake. */
    void open() {
        handler.onOpen(new SocketSession() {
            @Override
            public CompletableFuture<?> sendBinary(byte[] bytes) {
                sent.add(bytes);
                onSend.run();
                return CompletableFuture.completedFuture(null);
            }

            @Override
            public CompletableFuture<?> disconnect() {
                return CompletableFuture.completedFuture(null);
            }
        });
    }
}
