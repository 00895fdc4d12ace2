package dev.merpati.worker.cobalt.transport;

import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.handler.codec.http.websocketx.BinaryWebSocketFrame;
import org.jspecify.annotations.Nullable;

/** One WebSocket to WhatsApp. Thread-safe. */
public final class Link {
    private final SerialExecutor executor = new SerialExecutor("whatsapp-link");
    private final LinkListener listener;
    private @Nullable Channel channel;
    private boolean open;
    private boolean closing;
    private boolean ended;

    Link(LinkListener listener) {
        this.listener = listener;
    }

    /** Sends bytes, in the order of the calls; lost without a word if the link is closed. */
    public synchronized void send(byte[] bytes) {
        if (channel != null) {
            var _ = channel.writeAndFlush(new BinaryWebSocketFrame(Unpooled.wrappedBuffer(bytes)))
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
            var _ = open.close();
        }
        ended(new LinkClosure.Local());
    }

    /** Takes the channel that is being opened, unless the link was closed before it came. */
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

    /** The time to open is up; does nothing when the link is open. */
    void giveUpOpening(Exception cause) {
        Channel opening;
        synchronized (this) {
            if (open) {
                return;
            }
            opening = channel;
        }
        ended(new LinkClosure.Failed(cause));
        if (opening != null) {
            var _ = opening.close();
        }
    }

    void received(byte[] frame) {
        executor.execute(() -> listener.received(frame));
    }

    /** Runs after what was received so far has been worked off. */
    void afterwards(Runnable task) {
        executor.execute(task);
    }

    void ended(LinkClosure closure) {
        synchronized (this) {
            if (ended) {
                return;
            }
            ended = true;
        }
        executor.execute(() -> listener.closed(closure));
    }
}
