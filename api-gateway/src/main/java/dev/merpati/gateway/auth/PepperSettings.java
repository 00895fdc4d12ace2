package dev.merpati.gateway.auth;

import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Size;
import java.util.Map;
import java.util.TreeMap;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * The secrets that API keys are hashed with. Each has a name, which stands beside the hashes made with it, so that a pepper
 * can be replaced: a key is hashed anew with the active one when it is used.
 *
 * @param apiKeyPepper the pepper named {@value #DEFAULT}, and that of all keys in the configuration; from the environment,
 *     as {@code MERPATI_API_KEY_PEPPER}
 * @param apiKeyPeppers further ones by name
 * @param activeApiKeyPepper the name of the one for new keys
 */
@Validated
@ConfigurationProperties("merpati")
record PepperSettings(
        @NotNull @Size(min = PepperSettings.MIN_LENGTH) String apiKeyPepper,

        @DefaultValue
        Map<@Pattern(regexp = "[a-z0-9-]{1,32}") String, @Size(min = PepperSettings.MIN_LENGTH) String> apiKeyPeppers,

        @DefaultValue(PepperSettings.DEFAULT) String activeApiKeyPepper) {
    static final int MIN_LENGTH = 16;
    static final String DEFAULT = "default";

    PepperSettings {
        Map<String, String> all = new TreeMap<>(apiKeyPeppers);
        if (apiKeyPepper != null) {
            all.put(DEFAULT, apiKeyPepper);
        }
        if (!all.containsKey(activeApiKeyPepper)) {
            throw new IllegalArgumentException("merpati.active-api-key-pepper is '" + activeApiKeyPepper
                    + "', allowed are " + DEFAULT + " and the names under merpati.api-key-peppers: " + all.keySet());
        }
        apiKeyPeppers = Map.copyOf(all);
    }

    String activePepper() {
        String pepper = apiKeyPeppers.get(activeApiKeyPepper);
        if (pepper == null) {
            throw new IllegalStateException("merpati.active-api-key-pepper was not checked");
        }
        return pepper;
    }

    @Override
    public String toString() {
        return "PepperSettings[names=" + apiKeyPeppers.keySet() + ", active=" + activeApiKeyPepper + "]";
    }
}
