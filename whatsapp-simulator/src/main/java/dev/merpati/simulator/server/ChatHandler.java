package dev.merpati.simulator.server;

import dev.merpati.simulator.node.MalformedNodeException;
import dev.merpati.simulator.node.Node;
import dev.merpati.simulator.node.NodeReader;
import dev.merpati.simulator.noise.ClientFinish;
import dev.merpati.simulator.noise.NoiseCipher;
import dev.merpati.simulator.noise.NoiseException;
import dev.merpati.simulator.noise.ServerHandshake;
import dev.merpati.simulator.proto.MalformedProtoException;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One chat socket: the handshake, then nodes. A client that does not keep to the protocol is disconnected. */
@SuppressWarnings("FutureReturnValueIgnored") // Netty closes the channel when a write fails
final class ChatHandler extends SimpleChannelInboundHandler<byte[]> implements FrameDecoder.Client {
    private static final Logger LOG = LoggerFactory.getLogger(ChatHandler.class);
    /** A logger of its own, outside of our packages, since stanzas have numbers in them. */
    private static final Logger STANZAS = LoggerFactory.getLogger("merpati.secrets.stanzas");

    private static final int MAX_FRAME_BEFORE_LOGIN = 256 << 10;
    private static final int MAX_FRAME = 8 << 20;

    private final ChatServer server;
    private final String host;
    private final ServerHandshake handshake;
    private boolean greeted;
    private @Nullable NoiseCipher fromClient;
    private @Nullable Connection connection;

    /** @param host that the client has connected to */
    ChatHandler(ChatServer server, String host) {
        super(byte[].class);
        this.server = server;
        this.host = host;
        this.handshake = server.newHandshake();
    }

    /** Nobody needs long ones before the login. */
    @Override
    public int maxFrame() {
        return connection == null || connection.companion() == null ? MAX_FRAME_BEFORE_LOGIN : MAX_FRAME;
    }

    @Override
    public void routed() {
        server.stats().routedConnections.increment();
    }

    @Override
    public void emptyFrame() {
        server.stats().emptyFrames.increment();
    }

    @Override
    public void handlerAdded(ChannelHandlerContext context) {
        server.stats().connections.increment();
        server.stats().openConnections.increment();
        context.channel().closeFuture().addListener(_ -> {
            server.stats().openConnections.decrement();
            if (connection != null) {
                server.closed(connection);
            }
        });
    }

    @Override
    protected void channelRead0(ChannelHandlerContext context, byte[] frame) {
        if (!greeted) {
            greeted = true;
            ServerHandshake.HelloAnswer answer = server.answerHello(handshake, frame);
            Frames.write(context.channel(), answer.message());
            answer.finished().ifPresent(finish -> open(context, finish));
        } else if (connection == null || fromClient == null) {
            open(context, handshake.finish(frame));
        } else {
            Node node = NodeReader.decode(fromClient.decrypt(frame));
            if (!connection.isSilent()) {
                STANZAS.debug("<- {}", node);
                server.received(connection, node);
            }
        }
    }

    private void open(ChannelHandlerContext context, ClientFinish finish) {
        fromClient = finish.fromClient();
        HandshakeDeadline.met(context.channel());
        connection = new Connection(context.channel(), finish.toClient(), finish.clientStatic(), host, server.faults());
        server.opened(connection, finish.payload());
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        switch (cause) {
            case NoiseException e -> LOG.warn("A client failed the handshake or its cipher: {}", e.toString());
            case MalformedNodeException e -> LOG.warn("A client sent no node: {}", e.toString());
            case MalformedProtoException e -> LOG.warn("A client sent no handshake: {}", e.toString());
            default -> LOG.debug("A connection broke", cause);
        }
        context.close();
    }
}
