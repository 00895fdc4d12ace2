package dev.merpati.standalone;

import java.io.IOException;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.UnknownHostException;

/** The address and ports to listen on, checked before anything is started, when a mistake can still be told in one line. */
final class Addresses {
    /** By its number, since some clients resolve "localhost" to the IPv6 address only. */
    static final InetAddress LOOPBACK = InetAddress.ofLiteral("127.0.0.1");

    private static final int MAX_PORT = 65_535;

    private Addresses() {}

    /** @throws StartupException when it is no address of this machine */
    static InetAddress parse(String bind) {
        try {
            InetAddress address = InetAddress.getByName(bind.isBlank() ? "." : bind.strip());
            try (ServerSocket _ = new ServerSocket(0, 1, address)) {
                return address;
            }
        } catch (UnknownHostException e) {
            throw new StartupException(
                    "--bind is '" + bind + "', allowed is an IP address or a host name of this machine,"
                            + " or 0.0.0.0 for every interface");
        } catch (IOException e) {
            throw new StartupException("--bind is '" + bind
                    + "', which is no address of this machine; 0.0.0.0 stands for" + " every interface");
        }
    }

    /** @throws StartupException when the port is no port, or taken */
    static void requireFree(InetAddress address, int port, String option) {
        if (port < 0 || port > MAX_PORT) {
            throw new StartupException(option + " is " + port + ", allowed is 0 (any free port) to " + MAX_PORT);
        }
        try (ServerSocket socket = new ServerSocket()) {
            // As the servers do it, so that a connection of the last run that still lingers is no obstacle.
            socket.setReuseAddress(true);
            socket.bind(new InetSocketAddress(address, port));
        } catch (IOException e) {
            throw new StartupException("port " + port + " is in use; choose another one with " + option);
        }
    }

    /** How this machine reaches a server that listens on the address, as the host part of a URL. */
    static String host(InetAddress bound) {
        InetAddress reachable = bound.isAnyLocalAddress() ? LOOPBACK : bound;
        String literal = reachable.getHostAddress();
        return reachable instanceof Inet6Address ? "[" + literal.replace("%", "%25") + "]" : literal;
    }
}
