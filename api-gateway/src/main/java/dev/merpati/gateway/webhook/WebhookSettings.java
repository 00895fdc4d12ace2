package dev.merpati.gateway.webhook;

import dev.merpati.model.webhook.SecretBox;
import dev.merpati.model.webhook.WebhookUrl;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * What webhooks tenants may have. All but {@code maxPerTenant} must be the same for gateways and dispatchers.
 *
 * @param secretKey encrypts the secrets of webhooks: 32 bytes in Base64; without it no webhook can be created
 * @param allowHttp whether endpoints may be reached without encryption
 * @param allowPrivateAddresses whether endpoints may be within private networks and on this machine
 * @param maxPerTenant how many webhooks a tenant may have
 */
@Validated
@ConfigurationProperties("merpati.webhooks")
record WebhookSettings(
        @DefaultValue("") String secretKey,
        @DefaultValue("false") boolean allowHttp,
        @DefaultValue("false") boolean allowPrivateAddresses,
        @DefaultValue("20") @Min(1) @Max(1_000) int maxPerTenant) {

    WebhookSettings {
        if (!secretKey.isBlank()) {
            try {
                new SecretBox(secretKey);
            } catch (IllegalArgumentException e) {
                throw new IllegalArgumentException("merpati.webhooks.secret-key: " + e.getMessage(), e);
            }
        }
    }

    WebhookUrl.Policy urlPolicy() {
        return new WebhookUrl.Policy(allowHttp, allowPrivateAddresses);
    }

    @Override
    public String toString() {
        return "WebhookSettings[allowHttp=" + allowHttp + ", allowPrivateAddresses=" + allowPrivateAddresses
                + ", maxPerTenant=" + maxPerTenant + "]";
    }
}
