package dev.merpati.simulator.server;

import io.netty.channel.Channel;
import io.netty.util.AttributeKey;
import io.netty.util.concurrent.Future;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** Closes a channel whose client has neither finished the Noise handshake nor sent an HTTP request in time. */
@SuppressWarnings("FutureReturnValueIgnored") // Netty closes the channel, or it is closed already
final class HandshakeDeadline {
    private static final AttributeKey<Future<?>> CLOSING = AttributeKey.valueOf(HandshakeDeadline.class, "closing");

    private HandshakeDeadline() {}

    static void start(Channel channel, Duration timeout) {
        channel.attr(CLOSING)
                .set(channel.eventLoop()
                        .schedule((Runnable) channel::close, timeout.toMillis(), TimeUnit.MILLISECONDS));
    }

    /** The client has said who it is, or what it wants. */
    static void met(Channel channel) {
        Future<?> closing = channel.attr(CLOSING).getAndSet(null);
        if (closing != null) {
            closing.cancel(false);
        }
    }
}
