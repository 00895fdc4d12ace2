package dev.merpati.worker.cobalt;

import dev.merpati.worker.cobalt.transport.Link;
import it.auties.whatsapp.socket.SocketSession;
import java.util.concurrent.CompletableFuture;

/** Our link in the shape in which Cobalt wants one. */
final class Linkage extends SocketSession {
    private final Link link;

    Linkage(Link link) {
        this.link = link;
    }

    @Override
    public CompletableFuture<?> sendBinary(byte[] bytes) {
        link.send(bytes);
        return CompletableFuture.completedFuture(null);
    }

    @Override
    public CompletableFuture<?> disconnect() {
        link.close();
        return CompletableFuture.completedFuture(null);
    }
}
