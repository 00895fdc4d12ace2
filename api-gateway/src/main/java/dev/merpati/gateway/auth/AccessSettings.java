package dev.merpati.gateway.auth;

import jakarta.validation.Valid;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Size;
import java.util.HashMap;
import java.util.Map;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * Who may call.
 *
 * @param apiKeyPepper the secret that keys are hashed with; from the environment, as {@code MERPATI_API_KEY_PEPPER}
 * @param plans by name
 * @param tenants by tenant id: 1 to 64 of [a-z0-9-]
 */
@Validated
@ConfigurationProperties("merpati")
record AccessSettings(
        @NotNull @Size(min = AccessSettings.MIN_PEPPER_LENGTH)
        String apiKeyPepper,

        @DefaultValue Map<String, @Valid Plan> plans,
        @DefaultValue Map<@Pattern(regexp = "[a-z0-9-]{1,64}") String, @Valid TenantSettings> tenants) {
    static final int MIN_PEPPER_LENGTH = 16;

    /**
     * One tenant.
     *
     * @param plan a name out of {@code merpati.plans}
     * @param keys the HMAC-SHA-256 of each key's secret in hex, by key id
     */
    record TenantSettings(
            @NotNull String plan,

            @DefaultValue
            Map<@Pattern(regexp = "[a-z0-9]{12}") String, @Pattern(regexp = "[0-9a-f]{64}") String> keys) {}

    AccessSettings {
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
        return "AccessSettings[plans=" + plans.keySet() + ", tenants=" + tenants.keySet() + "]";
    }
}
