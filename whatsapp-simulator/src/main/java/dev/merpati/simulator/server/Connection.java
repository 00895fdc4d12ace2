package dev.merpati.simulator.server;

import dev.merpati.simulator.fault.Fault;
import dev.merpati.simulator.fault.FaultKind;
import dev.merpati.simulator.fault.Faults;
import dev.merpati.simulator.node.Node;
import dev.merpati.simulator.node.NodeWriter;
import dev.merpati.simulator.noise.NoiseCipher;
import dev.merpati.simulator.phone.Companion;
import dev.merpati.simulator.phone.CompanionConnection;
import io.netty.channel.Channel;
import io.netty.channel.ChannelOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A client's connection after the handshake. Nodes may be sent from any thread and leave in the order of the calls of
 * each thread; they are encrypted on the channel's event loop, which alone touches the cipher.
 */
@SuppressWarnings("FutureReturnValueIgnored") // Netty closes the channel when a write fails
final class Connection implements CompanionConnection {
    /** A client with so many messages not yet decrypted is not read from until half of them are. */
    private static final int MAX_IN_FLIGHT = 256;

    /** How long a client gets to read a last node and to close by itself. */
    private static final long LINGER_MILLIS = 400;

    private static final Logger LOG = LoggerFactory.getLogger(Connection.class);

    /** A client that sends more before its login is decided is disconnected. */
    private static final int MAX_EARLY = 100;

    private final Channel channel;
    private final NoiseCipher cipher;
    private final byte[] clientStatic;
    private final String host;
    private final Faults faults;
    private final List<Node> early = new ArrayList<>();
    private final AtomicInteger inFlight = new AtomicInteger();
    private volatile @Nullable Companion companion;
    private volatile boolean mute;

    Connection(Channel channel, NoiseCipher cipher, byte[] clientStatic, String host, Faults faults) {
        this.channel = channel;
        this.cipher = cipher;
        this.clientStatic = clientStatic;
        this.host = host;
        this.faults = faults;
    }

    /** The Noise key with which the client opened the connection. */
    byte[] clientStatic() {
        return clientStatic;
    }

    @Override
    public String host() {
        return host;
    }

    /** The device that is logged in here; null before. */
    @Nullable
    Companion companion() {
        return companion;
    }

    void loggedIn(Companion device) {
        companion = device;
    }

    /** Keeps a node that came before the login is decided. Called on the event loop, as is {@link #takeEarly}. */
    void keepEarly(Node node) {
        if (early.size() == MAX_EARLY) {
            LOG.warn("A client sent more than {} stanzas before its login", MAX_EARLY);
            close();
        } else {
            early.add(node);
        }
    }

    /** Returns and forgets the nodes that came before the login. */
    List<Node> takeEarly() {
        List<Node> taken = List.copyOf(early);
        early.clear();
        return taken;
    }

    /** The account's number; null before login. */
    @Nullable
    String number() {
        Companion current = companion;
        return current == null ? null : current.number();
    }

    @Override
    public void send(Node node) {
        Optional<Fault> slow = faults.strike(FaultKind.SLOW_NETWORK, number());
        if (slow.isPresent()) {
            after(slow.get().millis(), () -> write(node));
        } else if (channel.eventLoop().inEventLoop()) {
            write(node);
        } else {
            channel.eventLoop().execute(() -> write(node));
        }
    }

    @Override
    public void end(Node last) {
        send(last);
        after(LINGER_MILLIS, channel::close);
    }

    /** Runs a task on the event loop some time later, unless the connection is closed by then. */
    void after(long millis, Runnable task) {
        Runnable ifOpen = () -> {
            if (channel.isActive()) {
                task.run();
            }
        };
        if (millis == 0) {
            channel.eventLoop().execute(ifOpen);
        } else {
            channel.eventLoop().schedule(ifOpen, millis, TimeUnit.MILLISECONDS);
        }
    }

    /** Closes with a FIN and without a WebSocket close frame. */
    void close() {
        channel.close();
    }

    /** Closes with a RST. */
    void reset() {
        channel.config().setOption(ChannelOption.SO_LINGER, 0);
        // Below the TLS handler, which would say goodbye first.
        channel.eventLoop().execute(() -> channel.unsafe().close(channel.newPromise()));
    }

    /** From now on nothing is answered and nothing is heard, but the socket stays open. */
    void goSilent() {
        mute = true;
    }

    boolean isSilent() {
        return mute;
    }

    /** A message of this client is being decrypted. */
    void begin() {
        if (inFlight.incrementAndGet() == MAX_IN_FLIGHT) {
            channel.config().setAutoRead(false);
        }
    }

    /** A message of this client has been dealt with. */
    void finish() {
        if (inFlight.decrementAndGet() == MAX_IN_FLIGHT / 2) {
            channel.config().setAutoRead(true);
        }
    }

    private void write(Node node) {
        if (mute || !channel.isActive()) {
            return;
        }
        byte[] frame = cipher.encrypt(NodeWriter.encode(node));
        Optional<Fault> split = faults.strike(FaultKind.SPLIT_FRAME, number());
        if (split.isPresent()) {
            Frames.writeSplit(channel, frame);
        } else {
            Frames.write(channel, frame);
        }
    }
}
