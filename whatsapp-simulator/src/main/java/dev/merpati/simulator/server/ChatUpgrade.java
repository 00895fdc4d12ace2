package dev.merpati.simulator.server;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.CorruptedFrameException;
import io.netty.handler.codec.MessageToMessageDecoder;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.websocketx.BinaryWebSocketFrame;
import io.netty.handler.codec.http.websocketx.ContinuationWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketServerProtocolHandler;
import io.netty.handler.stream.ChunkedWriteHandler;
import java.util.List;
import java.util.function.Function;

/** Turns a connection into a chat socket once the WebSocket handshake is through. */
@SuppressWarnings("FutureReturnValueIgnored") // Netty closes the channel when a write fails
final class ChatUpgrade extends ChannelInboundHandlerAdapter {
    private final Function<String, ChatHandler> chats;

    /** @param chats makes the handler of a client that has connected to a host */
    ChatUpgrade(Function<String, ChatHandler> chats) {
        this.chats = chats;
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) throws Exception {
        if (event instanceof WebSocketServerProtocolHandler.HandshakeComplete upgraded) {
            ChannelPipeline pipeline = context.pipeline();
            pipeline.remove(WebHandler.class);
            pipeline.remove(MediaHandler.class);
            pipeline.remove(ChunkedWriteHandler.class);
            ChatHandler chat = chats.apply(upgraded.requestHeaders().get(HttpHeaderNames.HOST, Hosts.CHAT));
            pipeline.addLast(new WebSocketBytes(), new FrameDecoder(chat), chat);
            pipeline.remove(this);
        } else {
            super.userEventTriggered(context, event);
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        context.close();
    }

    /** Passes on the content of binary messages as one stream of bytes: message boundaries mean nothing. */
    private static final class WebSocketBytes extends MessageToMessageDecoder<WebSocketFrame> {
        WebSocketBytes() {
            super(WebSocketFrame.class);
        }

        @Override
        protected void decode(ChannelHandlerContext context, WebSocketFrame frame, List<Object> out) {
            if (!(frame instanceof BinaryWebSocketFrame) && !(frame instanceof ContinuationWebSocketFrame)) {
                throw new CorruptedFrameException(
                        "Expected a binary message, found " + frame.getClass().getSimpleName());
            }
            out.add(frame.content().retain());
        }
    }
}
