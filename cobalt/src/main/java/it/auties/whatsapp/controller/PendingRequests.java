package it.auties.whatsapp.controller;

import it.auties.whatsapp.socket.SocketRequest;
import org.jspecify.annotations.NullMarked;

/** The requests of a {@link Store} that wait for an answer. */
@NullMarked
public final class PendingRequests {
    private PendingRequests() {}

    /** Adds a request that goes again when it is answered, times out or is cancelled. */
    public static void add(Store store, SocketRequest request) {
        var _ = store.addRequest(request);
        var id = request.id();
        if (id != null) {
            var _ = request.future().whenComplete((answer, error) -> store.requests.remove(id, request));
        }
    }
}
