package it.auties.whatsapp.socket;

import it.auties.whatsapp.model.signal.auth.ClientPayload;
import it.auties.whatsapp.model.signal.auth.ClientPayloadSpec;
import org.jspecify.annotations.NullMarked;

/** A {@link SocketHandler} that says by itself who it is when it logs in or registers. */
@NullMarked
public interface PayloadSource {

    /** Returns the protobuf {@code ClientPayload} that ends the handshake. */
    byte[] clientPayload();

    /** Called by the transformed Cobalt. */
    static byte[] encode(ClientPayload payload, SocketHandler handler) {
        return handler instanceof PayloadSource source ? source.clientPayload() : ClientPayloadSpec.encode(payload);
    }
}
