package dev.merpati.simulator.server;

import dev.merpati.simulator.fault.FaultKind;
import dev.merpati.simulator.fault.Faults;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOption;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.ByteToMessageDecoder;
import io.netty.handler.codec.TooLongFrameException;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.codec.http.websocketx.WebSocketServerProtocolConfig;
import io.netty.handler.codec.http.websocketx.WebSocketServerProtocolHandler;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.stream.ChunkedWriteHandler;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * The first bytes of a connection: a {@code CONNECT} to one of the server's hosts and TLS behind it, TLS at once from a
 * client that was given this address or whose name resolution was bent, or plain HTTP, as clients' test servers offer it.
 * There is one server for all hosts.
 */
@SuppressWarnings("FutureReturnValueIgnored") // Netty closes the channel when a write fails
final class TunnelHandler extends ByteToMessageDecoder {
    private static final int TLS_HANDSHAKE = 22;
    private static final int MAX_REQUEST = 8192;
    private static final int MAX_WEBSOCKET_FRAME = 8 << 20;
    private static final String CHAT_PATH = "/ws/chat";

    /** As WhatsApp, it closes the TCP connection without a WebSocket close frame. */
    private static final WebSocketServerProtocolConfig WEB_SOCKET = WebSocketServerProtocolConfig.newBuilder()
            .websocketPath(CHAT_PATH)
            // Clients append the routing information of an earlier connection: /ws/chat?ED=..
            .checkStartsWith(true)
            .maxFramePayloadLength(MAX_WEBSOCKET_FRAME)
            .sendCloseFrame(null)
            .build();

    private final Hosts hosts;
    private final SslContext tls;
    private final Faults faults;
    private final Duration handshakeTimeout;
    private final Function<String, ChatHandler> chats;
    private final Supplier<WebHandler> web;
    private final Supplier<MediaHandler> media;

    TunnelHandler(
            Hosts hosts,
            SslContext tls,
            Faults faults,
            Duration handshakeTimeout,
            Function<String, ChatHandler> chats,
            Supplier<WebHandler> web,
            Supplier<MediaHandler> media) {
        this.hosts = hosts;
        this.tls = tls;
        this.faults = faults;
        this.handshakeTimeout = handshakeTimeout;
        this.chats = chats;
        this.web = web;
        this.media = media;
    }

    @Override
    public void channelActive(ChannelHandlerContext context) throws Exception {
        if (faults.strike(FaultKind.REFUSE_CONNECT, null).isPresent()) {
            context.channel().config().setOption(ChannelOption.SO_LINGER, 0);
            context.close();
        } else {
            HandshakeDeadline.start(context.channel(), handshakeTimeout);
            super.channelActive(context);
        }
    }

    @Override
    protected void decode(ChannelHandlerContext context, ByteBuf in, List<Object> out) {
        if (in.getUnsignedByte(in.readerIndex()) == TLS_HANDSHAKE) {
            serve(context, true);
            return;
        }
        String request = in.toString(StandardCharsets.US_ASCII);
        int end = request.indexOf("\r\n\r\n");
        if (end < 0) {
            if (in.readableBytes() > MAX_REQUEST) {
                throw new TooLongFrameException("No end of the request's head in " + in.readableBytes() + " bytes");
            }
            return;
        }
        String[] words = request.substring(0, request.indexOf("\r\n")).split(" ", -1);
        if (words.length == 3 && words[1].startsWith("/")) {
            serve(context, false);
            return;
        }
        in.skipBytes(end + 4);
        if (!words[0].equals("CONNECT") || words.length != 3) {
            refuse(context, "405 Method Not Allowed");
        } else if (!hosts.contains(words[1])) {
            refuse(context, "502 Not A Host Of WhatsApp");
        } else {
            answer(context, "200 Connection established");
            serve(context, true);
        }
    }

    private void serve(ChannelHandlerContext context, boolean encrypted) {
        ChannelPipeline pipeline = context.pipeline();
        if (encrypted) {
            pipeline.addLast(tls.newHandler(context.alloc()));
        }
        pipeline.addLast(new HttpServerCodec());
        pipeline.addLast(new WebSocketServerProtocolHandler(WEB_SOCKET));
        pipeline.addLast(new ChunkedWriteHandler());
        pipeline.addLast(web.get());
        pipeline.addLast(media.get());
        pipeline.addLast(new ChatUpgrade(chats));
        pipeline.remove(this);
    }

    private static void refuse(ChannelHandlerContext context, String status) {
        answer(context, status);
        context.close();
    }

    private static void answer(ChannelHandlerContext context, String status) {
        byte[] head = ("HTTP/1.1 " + status + "\r\n\r\n").getBytes(StandardCharsets.US_ASCII);
        context.writeAndFlush(Unpooled.wrappedBuffer(head));
    }
}
