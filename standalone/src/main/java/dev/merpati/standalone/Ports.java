package dev.merpati.standalone;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;

/** Finds out about a taken port before anything is started, when it can still be said in one line. */
final class Ports {
    private static final int MAX_PORT = 65_535;

    private Ports() {}

    /** @throws StartupException when the port is no port, or taken */
    static void requireFree(int port, String option) {
        if (port < 0 || port > MAX_PORT) {
            throw new StartupException(option + " is " + port + ", allowed is 0 (any free port) to " + MAX_PORT);
        }
        try (ServerSocket socket = new ServerSocket()) {
            // As the servers do it, so that a connection of the last run that still lingers is no obstacle.
            socket.setReuseAddress(true);
            socket.bind(new InetSocketAddress(port));
        } catch (IOException e) {
            throw new StartupException("port " + port + " is in use; choose another one with " + option);
        }
    }
}
