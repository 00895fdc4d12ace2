package dev.merpati.gateway.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.junit.jupiter.api.Test;

class KeyRingTest {
    private static final String PEPPER = "sixteen characters or more";
    private static final Plan PLAN = new Plan(1, 2, 3);

    private final ApiKeys.GeneratedKey key = ApiKeys.generate(PEPPER);
    private final KeyRing ring = new KeyRing(new AccessSettings(
            PEPPER,
            Map.of("plan", PLAN),
            Map.of("acme", new AccessSettings.TenantSettings("plan", Map.of(key.keyId(), key.hash())))));

    @Test
    void knowsWhoseKeyItIs() {
        assertThat(ring.holderOf(key.key())).contains(new KeyRing.Holder("acme", key.keyId(), PLAN));
    }

    @Test
    void refusesAnotherSecretUnderAKnownKeyId() {
        ApiKey forged = new ApiKey(
                key.keyId(),
                ApiKey.parse(ApiKeys.generate(PEPPER).key()).orElseThrow().secret());

        assertThat(ApiKey.parse(forged.text())).contains(forged);
        assertThat(ring.holderOf(forged.text())).isEmpty();
    }

    @Test
    void refusesAnUnknownKeyId() {
        assertThat(ring.holderOf(ApiKeys.generate(PEPPER).key())).isEmpty();
    }

    @Test
    void refusesATenantWithoutAPlan() {
        assertThatThrownBy(() -> new AccessSettings(
                        PEPPER,
                        Map.of("plan", PLAN),
                        Map.of("acme", new AccessSettings.TenantSettings("gold", Map.of()))))
                .hasMessage("merpati.tenants.acme.plan is 'gold', allowed are the names under merpati.plans: [plan]");
    }

    @Test
    void refusesAKeyOfTwoTenants() {
        AccessSettings.TenantSettings tenant =
                new AccessSettings.TenantSettings("plan", Map.of(key.keyId(), key.hash()));

        assertThatThrownBy(() -> new AccessSettings(PEPPER, Map.of("plan", PLAN), Map.of("a", tenant, "b", tenant)))
                .hasMessageContaining(".keys." + key.keyId() + " is also a key of tenant ");
    }
}
