package dev.merpati.standalone;

import java.net.InetAddress;
import java.nio.file.Path;
import java.util.Map;

/**
 * The options of a run.
 *
 * @param bind the address that the REST API and the simulator listen on; everything else stays on the loopback interface
 * @param gatewayPort port of the REST API, 0 for a free one
 * @param simulatorPort port of the simulator's control API and page, 0 for a free one
 * @param data the folder that holds everything that has to survive a restart
 * @param whatsApp what the worker connects to
 * @param properties further settings of gateway and worker, by property name
 */
public record StandaloneOptions(
        InetAddress bind,
        int gatewayPort,
        int simulatorPort,
        Path data,
        WhatsApp whatsApp,
        Map<String, String> properties) {
    public StandaloneOptions {
        properties = Map.copyOf(properties);
    }

    /** On the loopback interface. */
    public StandaloneOptions(
            int gatewayPort, int simulatorPort, Path data, WhatsApp whatsApp, Map<String, String> properties) {
        this(Addresses.LOOPBACK, gatewayPort, simulatorPort, data, whatsApp, properties);
    }

    /** What the worker connects to. */
    public enum WhatsApp {
        SIMULATOR,
        REAL
    }
}
