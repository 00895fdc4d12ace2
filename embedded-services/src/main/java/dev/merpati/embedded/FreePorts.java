package dev.merpati.embedded;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.concurrent.ThreadLocalRandom;

/** Picks loopback ports that nobody listens on. Another process may still take one before it is used. */
public final class FreePorts {
    /** A cluster node listens for the other nodes on a port that is this much higher. */
    private static final int CLUSTER_BUS_OFFSET = 10_000;

    /** Both ports stay below the range that operating systems give to clients. */
    private static final int FIRST_CLUSTER_PORT = 11_000;

    private static final int LAST_CLUSTER_PORT = 21_000;

    private FreePorts() {}

    /** A free port whose cluster bus port is free as well. */
    static int freeForClusterNode() {
        while (true) {
            int port = ThreadLocalRandom.current().nextInt(FIRST_CLUSTER_PORT, LAST_CLUSTER_PORT);
            if (isFree(port) && isFree(port + CLUSTER_BUS_OFFSET)) {
                return port;
            }
        }
    }

    /** Whether nobody listens on that loopback port. */
    public static boolean isFree(int port) {
        try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
            return socket.isBound();
        } catch (IOException e) {
            return false;
        }
    }

    /** The wanted port, or a free one when it is 0. */
    static int orFree(int wanted) {
        if (wanted != 0) {
            return wanted;
        }
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
