package dev.merpati.gateway.error;

import dev.merpati.gateway.settings.ConnectionSettings;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.netty.channel.Channel;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpStatusClass;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.ScheduledFuture;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.stereotype.Component;
import reactor.netty.NettyPipeline;

/**
 * Bounds connections below HTTP: how many are open, how long the head of a request may take, however it drips in, and how long
 * a body that nobody reads may keep its connection open once its request has been answered. The server's own idle time-out is
 * longer, says nothing to the client, and does not see such a body. Bodies that are read have bounds of their own.
 */
@Component
final class ConnectionGuard {
    /** How many more are told why they are refused; beyond them a connection is closed at once. */
    private static final int TOLD = 256;

    /** For what a client sends before it has read its answer: closing at once would take the answer from it. */
    private static final Duration LINGER = Duration.ofSeconds(1);

    private static final Duration RETRY = Duration.ofSeconds(5);

    private final ConnectionSettings settings;
    private final AtomicInteger open = new AtomicInteger();
    private final Counter refused;

    ConnectionGuard(ConnectionSettings settings, MeterRegistry metrics) {
        this.settings = settings;
        Gauge.builder("merpati.gateway.connections", open, AtomicInteger::get)
                .description("Open HTTP connections")
                .register(metrics);
        this.refused = Counter.builder("merpati.gateway.connections.refused")
                .description("HTTP connections that were closed since too many were open")
                .register(metrics);
    }

    /**
     * Guards a new connection.
     *
     * @param httpGuard the name of the handler that gives answers without a body the one error body
     */
    void guard(Channel channel, String httpGuard) {
        int before = open.getAndIncrement();
        ChannelFuture _ = channel.closeFuture().addListener(closed -> open.decrementAndGet());
        if (before >= settings.maxOpen()) {
            refused.increment();
        }
        if (before >= settings.maxOpen() + TOLD) {
            ChannelFuture _ = channel.close();
        } else if (before >= settings.maxOpen()) {
            channel.pipeline().addAfter(httpGuard, "connection-refusal", new Refusal());
        } else {
            Watch watch = new Watch(settings.headTimeout());
            channel.pipeline().addBefore(NettyPipeline.HttpCodec, "connection-bytes", watch.new Bytes());
            channel.pipeline().addAfter(httpGuard, "connection-watch", watch);
        }
    }

    private static FullHttpResponse closing(HttpResponseStatus status) {
        FullHttpResponse answer = new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, status);
        answer.headers().set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
        return answer;
    }

    private static void closeSoon(ChannelHandlerContext context) {
        Runnable close = () -> {
            ChannelFuture _ = context.close();
        };
        ScheduledFuture<?> _ = context.executor().schedule(close, LINGER.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** Tells a connection that there are too many, and throws away what it sends. */
    private static final class Refusal extends ChannelInboundHandlerAdapter {
        @Override
        public void channelActive(ChannelHandlerContext context) {
            FullHttpResponse answer = closing(HttpResponseStatus.SERVICE_UNAVAILABLE);
            answer.headers().set(HttpHeaders.RETRY_AFTER, RETRY.toSeconds());
            ChannelFuture _ = context.writeAndFlush(answer);
            closeSoon(context);
            context.read();
        }

        @Override
        public void channelRead(ChannelHandlerContext context, Object message) {
            ReferenceCountUtil.release(message);
        }

        @Override
        public void channelReadComplete(ChannelHandlerContext context) {
            context.read();
        }
    }

    /** One connection's clock; runs on its event loop. Sees what the codec has read and what it is to write. */
    private static final class Watch extends ChannelDuplexHandler {
        private final long patienceNanos;
        private @Nullable ChannelHandlerContext own;
        private @Nullable ScheduledFuture<?> alarm;
        /** From the end of a request's head to the end of its body. */
        private boolean inBody;

        private int unanswered;
        private boolean over;

        Watch(Duration patience) {
            this.patienceNanos = patience.toNanos();
        }

        /** Sees bytes before the codec does: any outside of a body are of a head. */
        private final class Bytes extends ChannelInboundHandlerAdapter {
            @Override
            public void channelRead(ChannelHandlerContext context, Object message) {
                if (over) {
                    ReferenceCountUtil.release(message);
                    return;
                }
                if (!inBody) {
                    start(context);
                }
                context.fireChannelRead(message);
            }

            @Override
            public void channelReadComplete(ChannelHandlerContext context) {
                if (over) {
                    context.read();
                } else {
                    context.fireChannelReadComplete();
                }
            }
        }

        @Override
        public void handlerAdded(ChannelHandlerContext context) {
            own = context;
        }

        @Override
        public void channelRead(ChannelHandlerContext context, Object message) {
            if (message instanceof HttpRequest) {
                stop();
                inBody = true;
                unanswered++;
            }
            if (message instanceof LastHttpContent) {
                stop();
                inBody = false;
            }
            context.fireChannelRead(message);
        }

        @Override
        public void write(ChannelHandlerContext context, Object message, ChannelPromise promise) {
            boolean interim = message instanceof HttpResponse response
                    && response.status().codeClass() == HttpStatusClass.INFORMATIONAL;
            if (message instanceof LastHttpContent && !interim) {
                unanswered--;
                if (inBody && unanswered == 0) {
                    start(context);
                }
            }
            ChannelFuture _ = context.write(message, promise);
        }

        @Override
        public void channelInactive(ChannelHandlerContext context) {
            stop();
            context.fireChannelInactive();
        }

        private void start(ChannelHandlerContext context) {
            if (alarm == null) {
                alarm = context.executor().schedule(this::expire, patienceNanos, TimeUnit.NANOSECONDS);
            }
        }

        private void stop() {
            if (alarm != null) {
                alarm.cancel(false);
                alarm = null;
            }
        }

        private void expire() {
            alarm = null;
            ChannelHandlerContext context = own;
            if (context == null) {
                return;
            }
            if (inBody) {
                ChannelFuture _ = context.close();
            } else if (unanswered > 0) {
                // An answer here would be taken for that of the request before.
                start(context);
            } else {
                over = true;
                ChannelFuture _ = context.writeAndFlush(closing(HttpResponseStatus.REQUEST_TIMEOUT));
                closeSoon(context);
                context.read();
            }
        }
    }
}
