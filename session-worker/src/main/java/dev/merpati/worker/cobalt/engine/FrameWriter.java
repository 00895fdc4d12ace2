package dev.merpati.worker.cobalt.engine;

import dev.merpati.worker.cobalt.transport.WhatsAppSocket;
import it.auties.whatsapp.socket.SocketSession;
import java.util.concurrent.CompletableFuture;

/**
 * Our socket in the shape that Cobalt expects. Takes out what Cobalt writes and no client of WhatsApp's does: its frames
 * have a length of six bytes, which reads as an empty frame before each.
 */
final class FrameWriter extends SocketSession {
    /** {@code WA}, the protocol and the dictionary, once at the beginning. */
    private static final int INTRODUCTION = 4;

    private static final int EMPTY_FRAME = 3;

    private final WhatsAppSocket socket;
    private final byte[] prefix;
    private boolean introduced;

    /** @param prefix goes before the first byte */
    FrameWriter(WhatsAppSocket socket, byte[] prefix) {
        this.socket = socket;
        this.prefix = prefix;
    }

    /** Cobalt makes one call at a time. */
    @Override
    public CompletableFuture<?> sendBinary(byte[] bytes) {
        if (introduced) {
            requireEmptyFrame(bytes, 0);
            socket.send(bytes, EMPTY_FRAME);
        } else {
            introduced = true;
            requireEmptyFrame(bytes, INTRODUCTION);
            socket.send(opening(bytes), 0);
        }
        return CompletableFuture.completedFuture(null);
    }

    private byte[] opening(byte[] bytes) {
        byte[] opening = new byte[prefix.length + bytes.length - EMPTY_FRAME];
        System.arraycopy(prefix, 0, opening, 0, prefix.length);
        System.arraycopy(bytes, 0, opening, prefix.length, INTRODUCTION);
        int rest = INTRODUCTION + EMPTY_FRAME;
        System.arraycopy(bytes, rest, opening, prefix.length + INTRODUCTION, bytes.length - rest);
        return opening;
    }

    private static void requireEmptyFrame(byte[] bytes, int at) {
        if (bytes.length < at + EMPTY_FRAME || bytes[at] != 0 || bytes[at + 1] != 0 || bytes[at + 2] != 0) {
            throw new IllegalStateException("Cobalt writes frames in another way than it did");
        }
    }

    @Override
    public CompletableFuture<?> disconnect() {
        socket.close();
        return CompletableFuture.completedFuture(null);
    }
}
