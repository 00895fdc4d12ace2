package dev.merpati.standalone;

import dev.merpati.cluster.GatewayClient;
import dev.merpati.cluster.SimulatorClient;
import dev.merpati.gateway.auth.ApiKeys;
import dev.merpati.standalone.StandaloneOptions.WhatsApp;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;

/** The whole product, running: the real stack from the REST call to the socket, with two tenants. */
final class Product implements AutoCloseable {
    private static final AtomicInteger PHONES = new AtomicInteger();

    private final Standalone standalone;
    private final Path data;
    private final GatewayClient api;
    private final GatewayClient otherTenant;
    private final SimulatorClient simulator;

    private Product(Standalone standalone, Path data, String otherApiKey) {
        Endpoints endpoints = standalone.endpoints();
        this.standalone = standalone;
        this.data = data;
        this.api = new GatewayClient(endpoints.gatewayUrl(), endpoints.apiKey());
        this.otherTenant = new GatewayClient(endpoints.gatewayUrl(), otherApiKey);
        this.simulator = new SimulatorClient(Objects.requireNonNull(endpoints.simulatorUrl()));
    }

    /** Starts the product on free ports, with what an earlier run left in the folder. */
    static Product start(Path data) {
        return start(data, Map.of());
    }

    /** Likewise, with more settings for gateway and worker. */
    static Product start(Path data, Map<String, String> more) {
        try {
            Files.createDirectories(data);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        String pepper = Secrets.readOrMake(data.resolve("secrets.properties")).apiKeyPepper();
        ApiKeys.GeneratedKey otherKey = ApiKeys.generate(pepper);
        Map<String, String> properties = new HashMap<>(Map.of(
                "merpati.plans.small.sessions",
                "2",
                "merpati.plans.small.number-checks-per-month",
                "5",
                "merpati.plans.small.requests-per-minute",
                "6000",
                "merpati.tenants.other.plan",
                "small",
                "merpati.tenants.other.keys." + otherKey.keyId(),
                otherKey.hash()));
        properties.putAll(more);
        Standalone standalone = new Standalone(new StandaloneOptions(0, 0, data, WhatsApp.SIMULATOR, properties));
        try {
            standalone.start();
        } catch (RuntimeException e) {
            standalone.close();
            throw e;
        }
        return new Product(standalone, data, otherKey.key());
    }

    GatewayClient api() {
        return api;
    }

    GatewayClient otherTenant() {
        return otherTenant;
    }

    /** Where the console and the API are. */
    String url() {
        return standalone.endpoints().gatewayUrl();
    }

    String apiKey() {
        return standalone.endpoints().apiKey();
    }

    /** Where the simulator's page is. */
    String simulatorUrl() {
        return Objects.requireNonNull(standalone.endpoints().simulatorUrl());
    }

    /** What the gateway exports for Prometheus. */
    String gatewayMetrics() {
        return standalone.endpoints().gatewayManagementUrl() + "/prometheus";
    }

    /** What the worker exports for Prometheus. */
    String workerMetrics() {
        return standalone.endpoints().workerManagementUrl() + "/prometheus";
    }

    /** What the dispatcher exports for Prometheus. */
    String dispatcherMetrics() {
        return standalone.endpoints().dispatcherManagementUrl() + "/prometheus";
    }

    SimulatorClient simulator() {
        return simulator;
    }

    /** The folder with all of its data. */
    Path data() {
        return data;
    }

    /** The number of a phone that no other test uses. */
    static String newNumber() {
        return "6281" + (100_000_001L + PHONES.getAndIncrement());
    }

    @Override
    public void close() {
        standalone.close();
    }
}
