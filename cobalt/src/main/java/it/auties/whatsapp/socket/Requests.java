package it.auties.whatsapp.socket;

import it.auties.whatsapp.controller.PendingRequests;
import it.auties.whatsapp.controller.Store;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.NullMarked;

/** The last step of Cobalt's way out. */
@NullMarked
final class Requests {
    private Requests() {}

    /** Registers a request that is answered before its bytes leave: an answer can come before the call returns. */
    static CompletableFuture<?> send(
            SocketSession session, byte[] bytes, Store store, SocketRequest request, boolean answered) {
        if (answered) {
            PendingRequests.add(store, request);
        }
        return session.sendBinary(bytes);
    }
}
