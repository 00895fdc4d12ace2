package dev.merpati.cluster;

import dev.merpati.embedded.FreePorts;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Loopback ports that nobody listens on, below those that the kernel gives to outgoing connections: a process that was
 * stopped must get its port again when it is restarted.
 */
final class Ports {
    private static final int LOWEST = 15_000;
    private static final int END = 32_000;

    private static final Set<Integer> GIVEN = new HashSet<>();

    private Ports() {}

    static synchronized int free() {
        while (true) {
            int port = ThreadLocalRandom.current().nextInt(LOWEST, END);
            if (!GIVEN.contains(port) && FreePorts.isFree(port)) {
                GIVEN.add(port);
                return port;
            }
        }
    }
}
