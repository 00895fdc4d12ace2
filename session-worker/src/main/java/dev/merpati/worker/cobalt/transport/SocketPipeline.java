package dev.merpati.worker.cobalt.transport;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.socket.SocketChannel;
import io.netty.handler.codec.LengthFieldBasedFrameDecoder;
import io.netty.handler.codec.MessageToMessageDecoder;
import io.netty.handler.codec.http.HttpClientCodec;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.websocketx.WebSocketClientHandshakeException;
import io.netty.handler.codec.http.websocketx.WebSocketClientProtocolConfig;
import io.netty.handler.codec.http.websocketx.WebSocketClientProtocolHandler;
import io.netty.handler.codec.http.websocketx.WebSocketClientProtocolHandler.ClientHandshakeStateEvent;
import io.netty.handler.codec.http.websocketx.WebSocketFrame;
import io.netty.handler.proxy.HttpProxyHandler;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslHandler;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;

/** Builds the pipeline: proxy, TLS, WebSocket, frames, and at its end the {@link WhatsAppSocket}. */
final class SocketPipeline extends ChannelInitializer<SocketChannel> {
    private static final int MAX_HTTP_BODY = 8 * 1024;
    private static final int MAX_FRAME = 4 * 1024 * 1024;
    private static final int LENGTH_BYTES = 3;

    private final WhatsAppSocket socket;
    private final SslContext tls;
    private final @Nullable InetSocketAddress proxy;
    private final Duration timeout;

    SocketPipeline(WhatsAppSocket socket, SslContext tls, @Nullable InetSocketAddress proxy, Duration timeout) {
        this.socket = socket;
        this.tls = tls;
        this.proxy = proxy;
        this.timeout = timeout;
    }

    @Override
    protected void initChannel(SocketChannel channel) {
        ChannelPipeline pipeline = channel.pipeline();
        if (proxy != null) {
            HttpProxyHandler connect = new HttpProxyHandler(proxy);
            connect.setConnectTimeoutMillis(timeout.toMillis());
            pipeline.addLast(connect);
        }
        SslHandler handler = tls.newHandler(channel.alloc(), Transport.HOST, Transport.PORT);
        handler.setHandshakeTimeoutMillis(timeout.toMillis());
        WebSocketClientProtocolConfig webSocket = WebSocketClientProtocolConfig.newBuilder()
                .webSocketUri(Transport.ENDPOINT)
                .allowExtensions(false)
                .maxFramePayloadLength(MAX_FRAME)
                .handshakeTimeoutMillis(timeout.toMillis())
                .build();
        pipeline.addLast(
                handler,
                new HttpClientCodec(),
                new HttpObjectAggregator(MAX_HTTP_BODY),
                new WebSocketClientProtocolHandler(webSocket),
                new Content(),
                // A frame can begin and end anywhere in WebSocket messages and TLS records.
                new LengthFieldBasedFrameDecoder(MAX_FRAME, 0, LENGTH_BYTES, 0, LENGTH_BYTES),
                new Delivery(socket));
    }

    /** Unwraps WebSocket messages, which WhatsApp uses as a stream of bytes: where they begin and end means nothing. */
    private static final class Content extends MessageToMessageDecoder<WebSocketFrame> {
        Content() {
            super(WebSocketFrame.class);
        }

        @Override
        protected void decode(ChannelHandlerContext context, WebSocketFrame frame, List<Object> out) {
            ByteBuf content = frame.content();
            out.add(content.retain());
        }
    }

    /** Hands frames to the socket, and reads on only when those have been handled. */
    private static final class Delivery extends SimpleChannelInboundHandler<ByteBuf> {
        private final WhatsAppSocket socket;
        private boolean open;

        Delivery(WhatsAppSocket socket) {
            this.socket = socket;
        }

        @Override
        protected void channelRead0(ChannelHandlerContext context, ByteBuf frame) {
            // An empty frame holds no stanza, and Cobalt cannot read one.
            if (frame.isReadable()) {
                socket.received(ByteBufUtil.getBytes(frame));
            }
        }

        private static void read(Channel channel) {
            try {
                channel.read();
            } catch (RejectedExecutionException e) {
                // The transport has ended meanwhile, and with it this connection.
            }
        }

        @Override
        public void channelReadComplete(ChannelHandlerContext context) {
            if (open) {
                socket.afterwards(() -> read(context.channel()));
            }
            context.fireChannelReadComplete();
        }

        @Override
        public void userEventTriggered(ChannelHandlerContext context, Object event) {
            if (event == ClientHandshakeStateEvent.HANDSHAKE_COMPLETE) {
                open = true;
                context.channel().config().setAutoRead(false);
                socket.opened();
                socket.afterwards(() -> read(context.channel()));
            }
            context.fireUserEventTriggered(event);
        }

        @Override
        public void channelInactive(ChannelHandlerContext context) {
            socket.ended(new WhatsAppSocket.Closure.Remote());
            context.fireChannelInactive();
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
            socket.ended(
                    cause instanceof WebSocketClientHandshakeException
                            ? new WhatsAppSocket.Closure.Declined(String.valueOf(cause.getMessage()))
                            : new WhatsAppSocket.Closure.Failed(cause));
            ChannelFuture _ = context.close();
        }
    }
}
