package dev.merpati.simulator.server;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.ByteToMessageDecoder;
import io.netty.handler.codec.CorruptedFrameException;
import java.util.List;

/**
 * Cuts the byte stream inside a chat socket into frames. The stream opens with {@code WA 6 3}, before which a client may
 * put the routing information of an earlier connection (the letters {@code ED}, {@code 00 01}, 3-byte length, bytes). Then frames follow, each
 * behind its 3-byte length; empty ones, which no client of WhatsApp's sends, are counted and dropped.
 */
final class FrameDecoder extends ByteToMessageDecoder {
    private static final int INTRODUCTION = ('W' << 24) | ('A' << 16) | (6 << 8) | 3;
    private static final int ROUTING = ('E' << 24) | ('D' << 16) | 1;
    private static final int ROUTING_HEADER = 7;
    private static final int MAX_ROUTING = 4096;
    private static final int HEADER = 3;

    private final Client client;
    private boolean introduced;

    FrameDecoder(Client client) {
        this.client = client;
    }

    /** Whose bytes they are. */
    interface Client {
        /** How many bytes a frame may have that begins now. */
        int maxFrame();

        /** It has put routing information of an earlier connection before its first frame. */
        void routed();

        /** It has sent a frame without content. */
        void emptyFrame();
    }

    @Override
    protected void decode(ChannelHandlerContext context, ByteBuf in, List<Object> out) {
        if (!introduced) {
            introduced = introduce(in);
            return;
        }
        if (in.readableBytes() < HEADER) {
            return;
        }
        int length = in.getUnsignedMedium(in.readerIndex());
        int allowed = client.maxFrame();
        if (length > allowed) {
            throw new CorruptedFrameException("A frame of " + length + " bytes; allowed " + allowed);
        }
        if (in.readableBytes() >= HEADER + length) {
            in.skipBytes(HEADER);
            if (length > 0) {
                out.add(ByteBufUtil.getBytes(in.readSlice(length)));
            } else {
                client.emptyFrame();
            }
        }
    }

    private boolean introduce(ByteBuf in) {
        if (in.readableBytes() < 4) {
            return false;
        }
        if (in.getInt(in.readerIndex()) == ROUTING) {
            if (in.readableBytes() < ROUTING_HEADER) {
                return false;
            }
            int routing = in.getUnsignedMedium(in.readerIndex() + 4);
            if (routing > MAX_ROUTING) {
                throw new CorruptedFrameException(
                        "Routing information of " + routing + " bytes; allowed " + MAX_ROUTING);
            }
            int length = ROUTING_HEADER + routing;
            if (in.readableBytes() >= length) {
                in.skipBytes(length);
                client.routed();
            }
            return false;
        }
        int introduction = in.readInt();
        if (introduction != INTRODUCTION) {
            throw new CorruptedFrameException("Expected WA 6 3, found " + Integer.toHexString(introduction));
        }
        return true;
    }
}
