package dev.merpati.cluster;

import dev.merpati.embedded.FreePorts;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** One gateway. */
public final class GatewayProcess extends ServiceProcess {
    private final int port = FreePorts.next();
    private final Map<Tenant, String> apiKeys;

    GatewayProcess(
            String name, Path folder, List<String> flags, Map<String, String> settings, Map<Tenant, String> apiKeys) {
        super(name, folder, "api-gateway", flags, settings);
        this.apiKeys = Map.copyOf(apiKeys);
    }

    @Override
    Map<String, String> fixedSettings() {
        return Map.of("server.port", String.valueOf(port), "management.server.port", String.valueOf(managementPort()));
    }

    /** Where the REST API is. */
    public String url() {
        return "http://127.0.0.1:" + port;
    }

    /** A client with the key of the first tenant. */
    public GatewayClient client() {
        return client(Tenant.FIRST);
    }

    public GatewayClient client(Tenant tenant) {
        return new GatewayClient(url(), Objects.requireNonNull(apiKeys.get(tenant)));
    }
}
