package dev.merpati.worker.cobalt.transport;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.handler.codec.http.websocketx.BinaryWebSocketFrame;
import org.jspecify.annotations.Nullable;

/** One WebSocket to WhatsApp. Thread-safe. */
public final class WhatsAppSocket {
    private final SerialExecutor executor = new SerialExecutor("whatsapp-socket");
    private final Listener listener;
    private @Nullable Channel channel;
    private boolean open;
    private boolean closing;
    private boolean ended;

    WhatsAppSocket(Listener listener) {
        this.listener = listener;
    }

    /** Hears of a socket: one call at a time, in order, on a virtual thread. A call may block; then nothing is read. */
    public interface Listener {

        /** Frames can be sent now. */
        void opened(WhatsAppSocket socket);

        /** A whole frame arrived, without its length; never empty. The listener owns the array. */
        void received(byte[] frame);

        /** The socket is closed, or never opened. The last call, and always made, also after {@link #close}. */
        void closed(Closure closure);
    }

    /** How a socket ended. */
    public sealed interface Closure {

        /** {@link WhatsAppSocket#close} was called. */
        record Local() implements Closure {}

        /** The other side closed it in an orderly way. */
        record Remote() implements Closure {}

        /** The web server in front of WhatsApp responded, but not by opening a WebSocket. */
        record Declined(String detail) implements Closure {}

        /** It could not be opened, was cut, or what came over it was not WhatsApp's protocol. */
        record Failed(Throwable cause) implements Closure {}
    }

    /** Sends bytes in the order of the calls, but for the first so many; drops them silently if the socket is closed. */
    public synchronized void send(byte[] bytes, int skipped) {
        if (channel != null) {
            ByteBuf content = Unpooled.wrappedBuffer(bytes, skipped, bytes.length - skipped);
            ChannelFuture _ = channel.writeAndFlush(new BinaryWebSocketFrame(content))
                    .addListener(ChannelFutureListener.CLOSE_ON_FAILURE);
        }
    }

    /** Closes the socket at once. Idempotent. */
    public void close() {
        Channel open;
        synchronized (this) {
            closing = true;
            open = channel;
        }
        if (open != null) {
            ChannelFuture _ = open.close();
        }
        ended(new Closure.Local());
    }

    /** Takes the channel that is being opened; returns false if the socket was closed before it came. */
    synchronized boolean attach(Channel opening) {
        channel = opening;
        return !closing;
    }

    void opened() {
        synchronized (this) {
            open = true;
        }
        executor.execute(() -> listener.opened(this));
    }

    /** Fails because the time to open is up; does nothing when the socket is open. */
    void giveUpOpening(Exception cause) {
        Channel opening;
        synchronized (this) {
            if (open) {
                return;
            }
            opening = channel;
        }
        ended(new Closure.Failed(cause));
        if (opening != null) {
            ChannelFuture _ = opening.close();
        }
    }

    void received(byte[] frame) {
        executor.execute(() -> listener.received(frame));
    }

    /** Runs a task after everything received so far has been handled. */
    void afterwards(Runnable task) {
        executor.execute(task);
    }

    void ended(Closure closure) {
        synchronized (this) {
            if (ended) {
                return;
            }
            ended = true;
        }
        executor.execute(() -> listener.closed(closure));
    }
}
