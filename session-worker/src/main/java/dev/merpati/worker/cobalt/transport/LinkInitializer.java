package dev.merpati.worker.cobalt.transport;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.socket.SocketChannel;
import io.netty.handler.codec.LengthFieldBasedFrameDecoder;
import io.netty.handler.codec.MessageToMessageDecoder;
import io.netty.handler.codec.http.HttpClientCodec;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.websocketx.WebSocketClientProtocolConfig;
import io.netty.handler.codec.http.websocketx.WebSocketClientProtocolHandler;
import io.netty.handler.codec.http.websocketx.WebSocketFrame;
import io.netty.handler.proxy.HttpProxyHandler;
import io.netty.handler.ssl.SslContext;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Builds the pipeline: proxy, TLS, WebSocket, frames. */
final class LinkInitializer extends ChannelInitializer<SocketChannel> {
    private static final int MAX_HTTP_BODY = 8 * 1024;
    private static final int MAX_FRAME = 4 * 1024 * 1024;
    private static final int LENGTH_BYTES = 3;

    private final Link link;
    private final SslContext tls;
    private final @Nullable InetSocketAddress proxy;
    private final Duration timeout;

    LinkInitializer(Link link, SslContext tls, @Nullable InetSocketAddress proxy, Duration timeout) {
        this.link = link;
        this.tls = tls;
        this.proxy = proxy;
        this.timeout = timeout;
    }

    @Override
    protected void initChannel(SocketChannel channel) {
        var pipeline = channel.pipeline();
        if (proxy != null) {
            var connect = new HttpProxyHandler(proxy);
            connect.setConnectTimeoutMillis(timeout.toMillis());
            pipeline.addLast(connect);
        }
        var handler = tls.newHandler(channel.alloc(), Transport.HOST, Transport.PORT);
        handler.setHandshakeTimeoutMillis(timeout.toMillis());
        var webSocket = WebSocketClientProtocolConfig.newBuilder()
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
                new LinkHandler(link));
    }

    /** WhatsApp uses the WebSocket as a stream of bytes: its messages and their parts mean nothing. */
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
}
