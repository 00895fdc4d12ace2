package dev.merpati.simulator.server;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http.websocketx.BinaryWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketFrameEncoder;

/** Writes frames to a chat socket, each as one binary WebSocket message. */
@SuppressWarnings("FutureReturnValueIgnored") // Netty closes the channel when a write fails
final class Frames {
    private static final int BINARY_AND_LAST = 0x82;
    private static final int TAIL_BYTES = 2;

    private Frames() {}

    static void write(Channel channel, byte[] frame) {
        channel.writeAndFlush(new BinaryWebSocketFrame(withLength(channel, frame)), channel.voidPromise());
    }

    /**
     * Writes one frame as two TLS records, the second of which holds its last 2 bytes: a client that takes a record for
     * a frame, or 2 bytes for a frame's header, trips over it.
     */
    static void writeSplit(Channel channel, byte[] frame) {
        ChannelHandlerContext encoder = channel.pipeline().context(WebSocketFrameEncoder.class);
        ByteBuf payload = withLength(channel, frame);
        ByteBuf message = channel.alloc().buffer();
        int length = payload.readableBytes();
        message.writeByte(BINARY_AND_LAST);
        if (length < 126) {
            message.writeByte(length);
        } else if (length < 1 << 16) {
            message.writeByte(126).writeShort(length);
        } else {
            message.writeByte(127).writeLong(length);
        }
        message.writeBytes(payload);
        payload.release();
        encoder.writeAndFlush(message.readRetainedSlice(message.readableBytes() - TAIL_BYTES), encoder.voidPromise());
        encoder.writeAndFlush(message, encoder.voidPromise());
    }

    private static ByteBuf withLength(Channel channel, byte[] frame) {
        return channel.alloc()
                .buffer(frame.length + 3)
                .writeMedium(frame.length)
                .writeBytes(frame);
    }
}
