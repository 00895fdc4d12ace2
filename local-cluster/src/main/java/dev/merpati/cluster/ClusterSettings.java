package dev.merpati.cluster;

import dev.merpati.gateway.auth.ApiKeys;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.Map;

/** What gateways, workers and dispatchers have to be told to be one installation: where the services are, and shared secrets. */
final class ClusterSettings {
    private static final String PLAN = "unlimited";
    private static final String KEY_ID = "local";
    private static final int KEY_BYTES = 32;
    private static final int EVENT_PARTITIONS = 8;

    private final ClusterBuilder options;
    private final String bootstrapServers;
    private final RedisProcess redis;
    private final String pepper = randomKey();
    private final String credentialsKey = randomKey();
    private final String webhooksKey = randomKey();
    private final Map<Tenant, ApiKeys.GeneratedKey> apiKeys = new EnumMap<>(Tenant.class);

    ClusterSettings(ClusterBuilder options, String bootstrapServers, RedisProcess redis) {
        this.options = options;
        this.bootstrapServers = bootstrapServers;
        this.redis = redis;
        for (Tenant tenant : Tenant.values()) {
            apiKeys.put(tenant, ApiKeys.generate(pepper));
        }
    }

    Map<Tenant, String> apiKeys() {
        Map<Tenant, String> keys = new EnumMap<>(Tenant.class);
        apiKeys.forEach((tenant, generated) -> keys.put(tenant, generated.key()));
        return keys;
    }

    Map<String, String> gateway() {
        Map<String, String> settings = common();
        settings.put("merpati.api-key-pepper", pepper);
        webhooks(settings);
        settings.put("merpati.plans." + PLAN + ".sessions", "100000");
        settings.put("merpati.plans." + PLAN + ".number-checks-per-month", "1000000000");
        settings.put("merpati.plans." + PLAN + ".requests-per-minute", "1000000");
        apiKeys.forEach((tenant, key) -> {
            settings.put("merpati.tenants." + tenant.id() + ".plan", PLAN);
            settings.put("merpati.tenants." + tenant.id() + ".keys." + key.keyId(), key.hash());
        });
        settings.putAll(options.gatewaySettings);
        return settings;
    }

    Map<String, String> worker(SimulatorProcess simulator) {
        Map<String, String> settings = common();
        settings.put("merpati.kafka.replication-factor", "1");
        settings.put("merpati.credentials.active-key", KEY_ID);
        settings.put("merpati.credentials.keys." + KEY_ID, credentialsKey);
        settings.put("merpati.whatsapp.proxy", simulator.proxyUrl());
        settings.put(
                "merpati.whatsapp.ca-certificate", simulator.caCertificate().toString());
        // The simulator's phones use few, and each costs 0.2 ms at pairing.
        settings.put("merpati.whatsapp.pre-keys", "100");
        String sessionTimeout = options.sessionTimeout.toMillis() + "ms";
        settings.put("merpati.worker.session-timeout", sessionTimeout);
        settings.put("merpati.worker.owner-ttl", sessionTimeout);
        settings.putAll(options.workerSettings);
        return settings;
    }

    Map<String, String> dispatcher() {
        Map<String, String> settings = common();
        webhooks(settings);
        settings.put("spring.data.redis.port", String.valueOf(redis.dispatcherPort()));
        settings.put("merpati.dispatcher.session-timeout", options.sessionTimeout.toMillis() + "ms");
        settings.putAll(options.dispatcherSettings);
        return settings;
    }

    /** Endpoints of tests are on this machine. */
    private void webhooks(Map<String, String> settings) {
        settings.put("merpati.webhooks.secret-key", webhooksKey);
        settings.put("merpati.webhooks.allow-http", "true");
        settings.put("merpati.webhooks.allow-private-addresses", "true");
    }

    private Map<String, String> common() {
        Path media = options.folder.resolve("media");
        Map<String, String> settings = new LinkedHashMap<>();
        settings.put("spring.kafka.bootstrap-servers", bootstrapServers);
        settings.put("spring.data.redis.host", "127.0.0.1");
        settings.put("spring.data.redis.port", String.valueOf(redis.port()));
        settings.put("merpati.shards", String.valueOf(options.shards));
        settings.put("merpati.events.partitions", String.valueOf(EVENT_PARTITIONS));
        settings.put("merpati.media.directory", media.toString());
        return settings;
    }

    private static String randomKey() {
        byte[] key = new byte[KEY_BYTES];
        new SecureRandom().nextBytes(key);
        return Base64.getEncoder().encodeToString(key);
    }
}
