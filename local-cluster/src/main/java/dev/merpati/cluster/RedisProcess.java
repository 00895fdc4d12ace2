package dev.merpati.cluster;

import dev.merpati.embedded.EmbeddedRedis;
import dev.merpati.embedded.FreePorts;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The one Redis, with an append-only file that is flushed each second. */
public final class RedisProcess extends ClusterProcess {
    private static final int PROBE_TIMEOUT_MILLIS = 1_000;
    private static final byte[] PING = "PING\r\n".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] PONG = "+PONG".getBytes(StandardCharsets.US_ASCII);

    private final Path data;
    private final int port = FreePorts.next();

    private final @Nullable TcpProxy proxy;
    private final @Nullable TcpProxy dispatcherProxy;

    RedisProcess(Path folder, boolean behindProxy) {
        super("redis", folder);
        this.data = folder.resolve("redis");
        if (behindProxy) {
            TcpProxy ofAll = new TcpProxy(port);
            this.proxy = ofAll;
            this.dispatcherProxy = new TcpProxy(ofAll.port());
        } else {
            this.proxy = null;
            this.dispatcherProxy = null;
        }
    }

    /** What its clients have to be told; it is on the loopback interface. */
    public int port() {
        return proxy == null ? port : proxy.port();
    }

    /** What the dispatchers have to be told. */
    int dispatcherPort() {
        return dispatcherProxy == null ? port() : dispatcherProxy.port();
    }

    /** What all of its clients go through. */
    public TcpProxy proxy() {
        return TcpProxy.required(proxy);
    }

    /** What the dispatchers alone go through, before that of all clients. */
    public TcpProxy dispatcherProxy() {
        return TcpProxy.required(dispatcherProxy);
    }

    /** The folder with the append-only file. */
    public Path data() {
        return data;
    }

    @Override
    List<String> command() {
        return EmbeddedRedis.command(data, port);
    }

    @Override
    boolean isReady() {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.setSoTimeout(PROBE_TIMEOUT_MILLIS);
            socket.getOutputStream().write(PING);
            // While it loads its data it answers with an error.
            return Arrays.equals(socket.getInputStream().readNBytes(PONG.length), PONG);
        } catch (IOException e) {
            return false;
        }
    }
}
