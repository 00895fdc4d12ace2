package dev.merpati.standalone;

import dev.merpati.embedded.EmbeddedKafka;
import dev.merpati.embedded.EmbeddedRedis;
import dev.merpati.simulator.Simulator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.security.autoconfigure.ReactiveUserDetailsServiceAutoConfiguration;
import org.springframework.boot.security.autoconfigure.actuate.web.reactive.ReactiveManagementWebSecurityAutoConfiguration;
import org.springframework.boot.security.autoconfigure.web.reactive.ReactiveWebSecurityAutoConfiguration;

/** The settings that connect gateway and worker, as arguments of a Spring application. */
final class Settings {
    private static final String CREDENTIALS_KEY_ID = "standalone";
    private static final String TENANT = "standalone";
    private static final String PLAN = "standalone";
    /** Few enough for one worker to take all at once, enough to spread if this folder ever moves to a cluster. */
    private static final int SHARDS = 16;

    private static final int EVENT_PARTITIONS = 4;

    private static final List<String> SECURITY = Stream.of(
                    ReactiveUserDetailsServiceAutoConfiguration.class,
                    ReactiveManagementWebSecurityAutoConfiguration.class,
                    ReactiveWebSecurityAutoConfiguration.class)
            .map(Class::getName)
            .toList();

    private final StandaloneOptions options;
    private final DataFolder data;
    private final Secrets secrets;
    private final EmbeddedKafka kafka;
    private final EmbeddedRedis redis;
    private final @Nullable Simulator simulator;

    Settings(
            StandaloneOptions options,
            DataFolder data,
            Secrets secrets,
            EmbeddedKafka kafka,
            EmbeddedRedis redis,
            @Nullable Simulator simulator) {
        this.options = options;
        this.data = data;
        this.secrets = secrets;
        this.kafka = kafka;
        this.redis = redis;
        this.simulator = simulator;
    }

    String[] gateway() {
        Map<String, String> settings = common("gateway");
        settings.put("server.address", options.bind().getHostAddress());
        settings.put("server.port", String.valueOf(options.gatewayPort()));
        // Whoever reaches a management port can drain the worker.
        settings.put("management.server.address", Addresses.LOOPBACK.getHostAddress());
        settings.put("management.server.port", "0");
        settings.put("merpati.api-key-pepper", secrets.apiKeyPepper());
        webhooks(settings);
        settings.put("merpati.plans." + PLAN + ".sessions", "1000");
        settings.put("merpati.plans." + PLAN + ".number-checks-per-month", "1000000");
        settings.put("merpati.plans." + PLAN + ".requests-per-minute", "60000");
        settings.put("merpati.accounts.sign-up", "true");
        settings.put("merpati.accounts.plan", PLAN);
        // Whoever sees the mails can set new passwords: nobody but those who use this machine.
        settings.put(
                "merpati.accounts.show-mails", String.valueOf(options.bind().isLoopbackAddress()));
        settings.put(
                "merpati.accounts.public-url",
                "http://" + Addresses.host(options.bind()) + ":" + options.gatewayPort());
        settings.put("merpati.gateway.test-keys", String.valueOf(simulator != null));
        if (simulator != null) {
            settings.put(
                    "merpati.gateway.simulator-url",
                    "http://" + Addresses.host(options.bind()) + ":" + simulator.controlPort());
        }
        settings.put("merpati.accounts.initial.tenant-id", TENANT);
        settings.put("merpati.accounts.initial.email", Secrets.EMAIL);
        settings.put("merpati.accounts.initial.password", secrets.password());
        settings.put("merpati.accounts.initial.plan", PLAN);
        settings.put("merpati.accounts.initial.api-key-id", secrets.apiKeyId());
        settings.put("merpati.accounts.initial.api-key-hash", secrets.apiKeyHash());
        return arguments(settings);
    }

    String[] worker() {
        Map<String, String> settings = common("worker");
        managementOnly(settings);
        settings.put("merpati.worker.id", "standalone");
        settings.put("merpati.kafka.replication-factor", "1");
        settings.put("merpati.credentials.active-key", CREDENTIALS_KEY_ID);
        settings.put("merpati.credentials.keys." + CREDENTIALS_KEY_ID, secrets.credentialsKey());
        if (simulator != null) {
            settings.put(
                    "merpati.whatsapp.proxy", "http://" + Addresses.host(options.bind()) + ":" + simulator.proxyPort());
            settings.put(
                    "merpati.whatsapp.ca-certificate",
                    data.simulatorCertificate().toString());
            // The simulator's phones use few, and each costs 0.2 ms at pairing.
            settings.put("merpati.whatsapp.pre-keys", "100");
        }
        return arguments(settings);
    }

    String[] dispatcher() {
        Map<String, String> settings = common("dispatcher");
        managementOnly(settings);
        webhooks(settings);
        settings.put("merpati.dispatcher.id", "standalone");
        return arguments(settings);
    }

    /** Of an application that serves only its management endpoints. */
    private static void managementOnly(Map<String, String> settings) {
        settings.put("server.address", Addresses.LOOPBACK.getHostAddress());
        settings.put("server.port", "0");
        // The gateway's Spring Security is on the class path, and would ask for a password that nobody has.
        settings.put("spring.autoconfigure.exclude", String.join(",", SECURITY));
    }

    private void webhooks(Map<String, String> settings) {
        settings.put("merpati.webhooks.secret-key", secrets.webhooksKey());
        // Where only this machine can reach the API, its users may try out endpoints on this machine.
        String local = String.valueOf(options.bind().isLoopbackAddress());
        settings.put("merpati.webhooks.allow-http", local);
        settings.put("merpati.webhooks.allow-private-addresses", local);
    }

    private Map<String, String> common(String application) {
        Map<String, String> settings = new LinkedHashMap<>();
        settings.put("spring.config.name", application);
        settings.put("spring.main.banner-mode", "off");
        settings.put("spring.kafka.bootstrap-servers", kafka.bootstrapServers());
        if (options.properties().keySet().stream().noneMatch(Settings::namesARedis)) {
            settings.put("spring.data.redis.host", redis.host());
            settings.put("spring.data.redis.port", String.valueOf(redis.port()));
            settings.put("spring.data.redis.password", String.valueOf(redis.password()));
        }
        settings.put("merpati.shards", String.valueOf(SHARDS));
        settings.put("merpati.events.partitions", String.valueOf(EVENT_PARTITIONS));
        settings.put("merpati.media.directory", data.media().toString());
        return settings;
    }

    /** Whether the property leads to another Redis than ours, whose password is of no use there. */
    private static boolean namesARedis(String property) {
        return Stream.of("url", "host", "port", "sentinel.", "cluster.")
                .anyMatch(setting -> property.startsWith("spring.data.redis." + setting));
    }

    private String[] arguments(Map<String, String> settings) {
        settings.putAll(options.properties());
        return settings.entrySet().stream()
                .map(setting -> "--" + setting.getKey() + "=" + setting.getValue())
                .toArray(String[]::new);
    }
}
