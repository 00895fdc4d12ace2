package dev.merpati.gateway.harness;

import dev.merpati.gateway.auth.Actor;
import dev.merpati.gateway.auth.Scope;
import dev.merpati.gateway.auth.TenantKeys;
import dev.merpati.gateway.tenant.TenantRecords;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import org.springframework.data.redis.core.ReactiveStringRedisTemplate;
import org.springframework.test.web.reactive.server.WebTestClient;

/** A tenant that lives in Redis, as one that has signed up does. */
public final class TestAccount {
    private static final Duration PATIENCE = Duration.ofMinutes(1);
    private static final Actor OWNER = new Actor("owner@example.com", "192.0.2.1");

    private final GatewayHarness gateway;
    private final String id;

    private TestAccount(GatewayHarness gateway, String id) {
        this.gateway = gateway;
        this.id = id;
    }

    /** @param plan a name out of the harness's plans */
    public static TestAccount on(GatewayHarness gateway, String plan) {
        String id = "a-" + UUID.randomUUID();
        ReactiveStringRedisTemplate redis = gateway.context().getBean(ReactiveStringRedisTemplate.class);
        redis.opsForHash()
                .putAll(TenantRecords.key(id), Map.of("name", "An Account", "plan", plan, "status", "active"))
                .then(redis.opsForZSet().add(TenantRecords.INDEX, id, 1))
                .block(PATIENCE);
        return new TestAccount(gateway, id);
    }

    public String id() {
        return id;
    }

    /** Makes a key with some scopes. */
    public TenantKeys.MadeKey key(Set<Scope> scopes) {
        return Objects.requireNonNull(gateway.context()
                .getBean(TenantKeys.class)
                .create(id, new TenantKeys.NewKey("a key", scopes, null, false), OWNER)
                .block(PATIENCE));
    }

    /** A client with a new key that may do everything. */
    public WebTestClient client() {
        return clientWith(key(Scope.ALL).apiKey());
    }

    /** A client with a key. */
    public WebTestClient clientWith(String apiKey) {
        return gateway.anonymous().mutate().defaultHeader("X-API-Key", apiKey).build();
    }
}
