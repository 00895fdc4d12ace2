package dev.merpati.worker.cobalt.transport;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.AdaptiveRecvByteBufAllocator;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import io.netty.resolver.NoopAddressResolverGroup;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.netty.util.concurrent.ScheduledFuture;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLException;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;

/** Opens sockets. All of them share two threads, however many there are. Thread-safe. */
public final class Transport implements AutoCloseable {
    static final String HOST = "web.whatsapp.com";
    static final int PORT = 443;
    static final URI ENDPOINT = URI.create("wss://" + HOST + "/ws/chat");
    private static final int THREADS = 2;
    private static final int MAX_READ = 16 * 1024;

    private final EventLoopGroup group = new MultiThreadIoEventLoopGroup(
            THREADS, new DefaultThreadFactory("whatsapp-io", true), NioIoHandler.newFactory());
    private final SslContext tls;
    private final @Nullable URI proxy;
    private final Duration timeout;

    /**
     * @param proxy an HTTP proxy to CONNECT through, or null
     * @param timeout for everything up to the open WebSocket
     */
    public Transport(TrustManagerFactory authorities, @Nullable URI proxy, Duration timeout) {
        this.proxy = proxy;
        this.timeout = timeout;
        try {
            tls = SslContextBuilder.forClient()
                    .sslProvider(SslProvider.JDK)
                    .trustManager(authorities)
                    .build();
        } catch (SSLException e) {
            throw new IllegalStateException("This JVM has no TLS", e);
        }
    }

    /** Begins to open a socket and returns at once. */
    public WhatsAppSocket open(WhatsAppSocket.Listener listener) {
        WhatsAppSocket socket = new WhatsAppSocket(listener);
        // Name resolution blocks, and would hold up everybody on an event loop.
        Thread.ofVirtual().name("whatsapp-connect").start(() -> connect(socket));
        return socket;
    }

    private void connect(WhatsAppSocket socket) {
        InetSocketAddress target = InetSocketAddress.createUnresolved(HOST, PORT);
        InetSocketAddress via = null;
        try {
            if (proxy == null) {
                target = new InetSocketAddress(resolve(HOST), PORT);
            } else {
                via = new InetSocketAddress(resolve(proxy.getHost()), proxy.getPort());
            }
        } catch (UnknownHostException e) {
            socket.ended(new WhatsAppSocket.Closure.Failed(e));
            return;
        }
        ChannelFuture connecting = new Bootstrap()
                .group(group)
                .channel(NioSocketChannel.class)
                .resolver(NoopAddressResolverGroup.INSTANCE)
                .option(ChannelOption.TCP_NODELAY, true)
                .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, Math.toIntExact(timeout.toMillis()))
                .option(ChannelOption.RECVBUF_ALLOCATOR, new AdaptiveRecvByteBufAllocator(512, 1024, MAX_READ))
                .handler(new SocketPipeline(socket, tls, via, timeout))
                .connect(target);
        ChannelFuture _ = connecting.addListener(done -> {
            if (!done.isSuccess()) {
                socket.ended(new WhatsAppSocket.Closure.Failed(done.cause()));
            }
        });
        if (!socket.attach(connecting.channel())) {
            ChannelFuture _ = connecting.channel().close();
        }
        ScheduledFuture<?> _ = group.schedule(
                () -> socket.giveUpOpening(new SocketTimeoutException("not open after " + timeout)),
                timeout.toMillis(),
                TimeUnit.MILLISECONDS);
    }

    /** Any of the addresses: if this one is out of order, the next try may take another. */
    private static InetAddress resolve(String host) throws UnknownHostException {
        InetAddress[] addresses = InetAddress.getAllByName(host);
        return addresses[ThreadLocalRandom.current().nextInt(addresses.length)];
    }

    /** Closes what is still open, and waits for the threads to end. */
    @Override
    public void close() {
        group.shutdownGracefully(0, 2, TimeUnit.SECONDS).awaitUninterruptibly(5, TimeUnit.SECONDS);
    }
}
