package dev.merpati.worker.cobalt.transport;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.http.websocketx.WebSocketClientHandshakeException;
import io.netty.handler.codec.http.websocketx.WebSocketClientProtocolHandler.ClientHandshakeStateEvent;

/** The end of the pipeline: hands frames to the link, and reads on only when those have been worked off. */
final class LinkHandler extends SimpleChannelInboundHandler<ByteBuf> {
    private final Link link;
    private boolean open;

    LinkHandler(Link link) {
        this.link = link;
    }

    @Override
    protected void channelRead0(ChannelHandlerContext context, ByteBuf frame) {
        // Cobalt puts an empty frame before each of its own, and a server may do so too.
        if (frame.isReadable()) {
            link.received(ByteBufUtil.getBytes(frame));
        }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext context) {
        if (open) {
            link.afterwards(context.channel()::read);
        }
        context.fireChannelReadComplete();
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) {
        if (event == ClientHandshakeStateEvent.HANDSHAKE_COMPLETE) {
            open = true;
            context.channel().config().setAutoRead(false);
            link.opened();
            link.afterwards(context.channel()::read);
        }
        context.fireUserEventTriggered(event);
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        link.ended(new LinkClosure.Remote());
        context.fireChannelInactive();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        link.ended(
                cause instanceof WebSocketClientHandshakeException
                        ? new LinkClosure.Declined(String.valueOf(cause.getMessage()))
                        : new LinkClosure.Failed(cause));
        var _ = context.close();
    }
}
