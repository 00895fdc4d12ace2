package dev.merpati.gateway.tenant;

import jakarta.validation.Valid;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * The plans, and the tenants that the configuration knows.
 *
 * @param plans by name
 * @param tenants by tenant id: 1 to 64 of [a-z0-9-]
 */
@Validated
@ConfigurationProperties("merpati")
public record TenantSettings(
        @DefaultValue Map<String, @Valid Plan> plans,
        @DefaultValue Map<@Pattern(regexp = "[a-z0-9-]{1,64}") String, @Valid Configured> tenants) {

    /**
     * One tenant of the configuration.
     *
     * @param plan a name out of {@code merpati.plans}
     * @param name as the customer writes it; its id when it is left out
     * @param keys the HMAC-SHA-256 of each API key's secret in hex, by key id
     */
    public record Configured(
            @NotNull String plan,
            @Nullable String name,

            @DefaultValue
            Map<@Pattern(regexp = "[a-z0-9]{12}") String, @Pattern(regexp = "[0-9a-f]{64}") String> keys) {}

    public TenantSettings {
        Map<String, String> ownerOfKey = new HashMap<>();
        tenants.forEach((id, tenant) -> {
            if (!plans.containsKey(tenant.plan())) {
                throw new IllegalArgumentException("merpati.tenants." + id + ".plan is '" + tenant.plan()
                        + "', allowed are the names under merpati.plans: " + plans.keySet());
            }
            tenant.keys().keySet().forEach(keyId -> {
                String other = ownerOfKey.put(keyId, id);
                if (other != null) {
                    throw new IllegalArgumentException(
                            "merpati.tenants." + id + ".keys." + keyId + " is also a key of tenant " + other);
                }
            });
        });
    }

    @Override
    public String toString() {
        return "TenantSettings[plans=" + plans.keySet() + ", tenants=" + tenants.keySet() + "]";
    }
}
