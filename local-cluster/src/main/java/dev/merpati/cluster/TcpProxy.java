package dev.merpati.cluster;

import dev.merpati.embedded.FreePorts;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * A cable between the product and a server on this machine that can be cut, without the server noticing more than closed
 * connections. Thread-safe.
 */
public final class TcpProxy implements AutoCloseable {
    private static final int BUFFER_BYTES = 16_384;

    private final int port = FreePorts.next();
    private final int targetPort;
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();
    private @Nullable ServerSocket server;
    private boolean frozen;

    TcpProxy(int targetPort) {
        this.targetPort = targetPort;
        restore();
    }

    static TcpProxy required(@Nullable TcpProxy proxy) {
        if (proxy == null) {
            throw new IllegalStateException("the cluster was not built behind proxies");
        }
        return proxy;
    }

    /** Where clients connect. */
    public int port() {
        return port;
    }

    /** Resets all connections; new ones are accepted. */
    public void dropConnections() {
        open.forEach(TcpProxy::reset);
    }

    /** Resets all connections and refuses new ones, until {@link #restore}. */
    public synchronized void cut() {
        close(server);
        server = null;
        dropConnections();
    }

    /** Lets nothing pass, in no direction, and closes nothing, until {@link #restore}: a network that lost its route. */
    public synchronized void freeze() {
        frozen = true;
    }

    /** Everything passes again. What was held back by a {@link #freeze} arrives now. */
    public synchronized void restore() {
        frozen = false;
        notifyAll();
        if (server == null) {
            server = listen();
        }
    }

    @Override
    public synchronized void close() {
        cut();
        frozen = false;
        notifyAll();
    }

    private ServerSocket listen() {
        try {
            ServerSocket listening = new ServerSocket();
            listening.setReuseAddress(true);
            listening.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
            Thread.ofVirtual().start(() -> accept(listening));
            return listening;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void accept(ServerSocket listening) {
        try {
            while (true) {
                connect(listening, listening.accept());
            }
        } catch (IOException e) {
            // It was closed: the cable is cut.
        }
    }

    private void connect(ServerSocket listening, Socket client) throws IOException {
        Socket target;
        try {
            target = new Socket(InetAddress.getLoopbackAddress(), targetPort);
        } catch (IOException e) {
            // The server is away, as clients without a proxy would see.
            reset(client);
            return;
        }
        client.setTcpNoDelay(true);
        target.setTcpNoDelay(true);
        open.add(client);
        open.add(target);
        Thread.ofVirtual().start(() -> pump(client, target));
        Thread.ofVirtual().start(() -> pump(target, client));
        if (listening.isClosed()) {
            reset(client);
            reset(target);
        }
    }

    private void pump(Socket from, Socket to) {
        try {
            InputStream input = from.getInputStream();
            OutputStream output = to.getOutputStream();
            byte[] buffer = new byte[BUFFER_BYTES];
            for (int length = input.read(buffer); length >= 0; length = input.read(buffer)) {
                awaitThaw();
                output.write(buffer, 0, length);
            }
            awaitThaw();
        } catch (IOException e) {
            // One side is gone; the other one is told below.
        } finally {
            open.remove(from);
            open.remove(to);
            close(from);
            close(to);
        }
    }

    private synchronized void awaitThaw() throws IOException {
        try {
            while (frozen) {
                wait();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException(e);
        }
    }

    private static void reset(Socket socket) {
        try {
            socket.setSoLinger(true, 0);
            socket.close();
        } catch (IOException e) {
            // It was closed before.
        }
    }

    private static void close(@Nullable AutoCloseable socket) {
        try {
            if (socket != null) {
                socket.close();
            }
        } catch (Exception e) {
            // Closed or not: it is of no use any more.
        }
    }
}
