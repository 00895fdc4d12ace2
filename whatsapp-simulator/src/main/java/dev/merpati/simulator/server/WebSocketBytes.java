package dev.merpati.simulator.server;

import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.CorruptedFrameException;
import io.netty.handler.codec.MessageToMessageDecoder;
import io.netty.handler.codec.http.websocketx.BinaryWebSocketFrame;
import io.netty.handler.codec.http.websocketx.ContinuationWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketFrame;
import java.util.List;

/** The content of binary messages as one stream of bytes: where one message ends means nothing. */
final class WebSocketBytes extends MessageToMessageDecoder<WebSocketFrame> {
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
