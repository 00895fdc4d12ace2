package it.auties.whatsapp.socket;

import java.nio.ByteBuffer;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.NullMarked;

/**
 * Where Cobalt's bytes go. Replaces Cobalt's class of this name, which opens an HTTP client with threads of its own for
 * each connection, reassembles frames wrongly and reconnects when it pleases. This one cannot connect at all: the owner of a {@link SocketHandler}
 * brings the transport, and hands what it receives to the handler's {@link Listener} methods, one call at a time.
 */
@NullMarked
public abstract class SocketSession {

    /**
     * Sends bytes in the order of the calls.
     *
     * @return a future that is complete already: the callers release a lock when it completes
     */
    public abstract CompletableFuture<?> sendBinary(byte[] bytes);

    /** Closes the transport; the future is complete already. */
    public abstract CompletableFuture<?> disconnect();

    /** What Cobalt wants to be told; its {@link SocketHandler} is one. */
    public interface Listener {
        /** The transport is open; begins the handshake. */
        void onOpen(SocketSession session);

        /**
         * A frame arrived.
         *
         * @param message the frame without its length; its array is overwritten
         * @param last always true: frames are handed over whole
         */
        void onMessage(ByteBuffer message, boolean last);

        void onClose();

        void onError(Throwable error);
    }
}
