package dev.merpati.embedded;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Picks loopback ports that nobody listens on, below those that systems give to outgoing connections: one of those may be
 * taken by any connection before it is used, or before a process that was stopped gets it again.
 */
public final class FreePorts {
    private static final int LOWEST = 10_000;
    private static final int END = 32_000;

    private static final Set<Integer> GIVEN = new HashSet<>();

    private FreePorts() {}

    /** Whether nobody listens on that loopback port. */
    public static boolean isFree(int port) {
        try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
            return socket.isBound();
        } catch (IOException e) {
            return false;
        }
    }

    /** The wanted port, or a free one when it is 0. */
    public static int orFree(int wanted) {
        return wanted == 0 ? next() : wanted;
    }

    /** A free port, never the same one twice. */
    public static synchronized int next() {
        while (true) {
            int port = ThreadLocalRandom.current().nextInt(LOWEST, END);
            if (isFree(port) && GIVEN.add(port)) {
                return port;
            }
        }
    }
}
