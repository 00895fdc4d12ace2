package dev.merpati.cluster;

import dev.merpati.embedded.FreePorts;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** WhatsApp, but for the rules that the worker does not keep. Keeps phones and their links over a restart. */
public final class SimulatorProcess extends ClusterProcess {
    private final Path state;
    private final List<String> flags;
    private final List<String> options;
    private final int proxyPort = FreePorts.next();
    private final int controlPort = FreePorts.next();

    SimulatorProcess(Path folder, List<String> flags, List<String> options) {
        super("simulator", folder);
        this.state = folder.resolve("simulator");
        this.flags = List.copyOf(flags);
        this.options = List.copyOf(options);
    }

    @Override
    List<String> command() {
        List<String> arguments = new ArrayList<>(
                List.of("--proxy-port=" + proxyPort, "--control-port=" + controlPort, "--dir=" + state));
        arguments.addAll(options);
        return JavaCommand.prepared("whatsapp-simulator", flags, arguments);
    }

    @Override
    boolean isReady() {
        return Http.isOk(controlUrl() + "/sim/stats");
    }

    /** Where the control API is. */
    public String controlUrl() {
        return "http://127.0.0.1:" + controlPort;
    }

    /** What workers connect to. */
    public String proxyUrl() {
        return "http://127.0.0.1:" + proxyPort;
    }

    /** What workers have to trust; there from the first start on. */
    public Path caCertificate() {
        return state.resolve("ca.pem");
    }

    public SimulatorClient client() {
        return new SimulatorClient(controlUrl());
    }
}
