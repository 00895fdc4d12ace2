package dev.merpati.simulator.server;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.http.websocketx.WebSocketServerProtocolHandler;
import io.netty.handler.stream.ChunkedWriteHandler;
import java.util.function.Supplier;

/** Turns a connection into a chat socket once the WebSocket handshake is through. */
@SuppressWarnings("FutureReturnValueIgnored") // Netty closes the channel when a write fails
final class ChatUpgrade extends ChannelInboundHandlerAdapter {
    private final Supplier<ChatHandler> chats;

    ChatUpgrade(Supplier<ChatHandler> chats) {
        this.chats = chats;
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) throws Exception {
        if (event instanceof WebSocketServerProtocolHandler.HandshakeComplete) {
            ChannelPipeline pipeline = context.pipeline();
            pipeline.remove(MediaHandler.class);
            pipeline.remove(ChunkedWriteHandler.class);
            pipeline.addLast(new WebSocketBytes(), new FrameDecoder(), chats.get());
            pipeline.remove(this);
        } else {
            super.userEventTriggered(context, event);
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        context.close();
    }
}
