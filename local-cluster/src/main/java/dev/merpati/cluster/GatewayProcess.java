package dev.merpati.cluster;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** One gateway. */
public final class GatewayProcess extends ServiceProcess {
    private final int port = Ports.free();
    private final String apiKey;

    GatewayProcess(String name, Path folder, List<String> flags, Map<String, String> settings, String apiKey) {
        super(name, folder, "api-gateway", flags, settings);
        this.apiKey = apiKey;
    }

    @Override
    Map<String, String> fixedSettings() {
        return Map.of("server.port", String.valueOf(port), "management.server.port", String.valueOf(managementPort()));
    }

    /** Where the REST API is. */
    public String url() {
        return "http://127.0.0.1:" + port;
    }

    /** A client with the key of the cluster's tenant. */
    public GatewayClient client() {
        return new GatewayClient(url(), apiKey);
    }
}
