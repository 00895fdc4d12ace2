package dev.merpati.gateway.account;

import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Size;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * An account that is made at the start when it is not there; what it has become since is left alone.
 *
 * @param tenantId its tenant; without one no account is made
 * @param name of the tenant, as people read it
 * @param email its login
 * @param password for the first login
 * @param plan a name out of {@code merpati.plans}
 * @param apiKeyId the id of a first API key; null for none
 * @param apiKeyHash the HMAC of that key's secret, as {@code ./merpati api-key} prints it
 */
@Validated
@ConfigurationProperties("merpati.accounts.initial")
record InitialAccountSettings(
        @Pattern(regexp = "[a-z0-9-]{1,64}") @Nullable String tenantId,
        @DefaultValue("Demo") @Size(min = 1, max = 100) String name,
        @DefaultValue("") String email,
        @DefaultValue("") String password,
        @DefaultValue("") String plan,
        @Pattern(regexp = "[a-z0-9]{12}") @Nullable String apiKeyId,
        @Pattern(regexp = "[0-9a-f]{64}") @Nullable String apiKeyHash) {

    InitialAccountSettings {
        if (tenantId != null && !EmailAddress.isValid(EmailAddress.normalize(email))) {
            throw new IllegalArgumentException(
                    "merpati.accounts.initial.email is '" + email + "', allowed is an address such as you@example.com");
        }
        if (tenantId != null && PasswordRules.formObjection(password, email).isPresent()) {
            throw new IllegalArgumentException("merpati.accounts.initial.password has " + password.length()
                    + " characters, allowed are 12 to 128, and not the e-mail address");
        }
        if ((apiKeyId == null) != (apiKeyHash == null)) {
            throw new IllegalArgumentException("merpati.accounts.initial.api-key-id and merpati.accounts.initial"
                    + ".api-key-hash are set together or not at all");
        }
    }

    @Override
    public String toString() {
        return "InitialAccountSettings[tenantId=" + tenantId + ", email=" + email + ", plan=" + plan + "]";
    }
}
