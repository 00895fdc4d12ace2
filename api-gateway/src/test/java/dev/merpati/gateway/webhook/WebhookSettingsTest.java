package dev.merpati.gateway.webhook;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.validation.autoconfigure.ValidationAutoConfiguration;
import org.springframework.context.annotation.Configuration;

class WebhookSettingsTest {
    private static final String KEY = "dGhpcyBpcyBhIGtleSB0aGF0IG9ubHkgdGVzdHMgdXM=";

    private final ApplicationContextRunner runner = new ApplicationContextRunner()
            .withConfiguration(AutoConfigurations.of(ValidationAutoConfiguration.class))
            .withUserConfiguration(Settings.class);

    @Configuration(proxyBeanMethods = false)
    @EnableConfigurationProperties(WebhookSettings.class)
    static class Settings {}

    @Test
    void hasDefaultsAndBindsEveryProperty() {
        runner.run(context -> assertThat(context.getBean(WebhookSettings.class))
                .isEqualTo(new WebhookSettings("", false, false, 20)));
        runner.withPropertyValues(
                        "merpati.webhooks.secret-key=" + KEY,
                        "merpati.webhooks.allow-http=true",
                        "merpati.webhooks.allow-private-addresses=true",
                        "merpati.webhooks.max-per-tenant=3")
                .run(context -> {
                    WebhookSettings settings = context.getBean(WebhookSettings.class);
                    assertThat(settings).isEqualTo(new WebhookSettings(KEY, true, true, 3));
                    assertThat(settings.toString()).doesNotContain(KEY);
                    assertThat(settings.urlPolicy().http()).isTrue();
                    assertThat(settings.urlPolicy().privateAddresses()).isTrue();
                });
    }

    @Test
    void stopsTheStartWithTheNameOfABadProperty() {
        runner.withPropertyValues("merpati.webhooks.secret-key=c2hvcnQ=")
                .run(context -> assertThat(context)
                        .getFailure()
                        .rootCause()
                        .hasMessageContaining("32 bytes in Base64, but it has 5"));
        runner.withPropertyValues("merpati.webhooks.max-per-tenant=0")
                .run(context ->
                        assertThat(context).getFailure().rootCause().hasMessageContaining("on field 'maxPerTenant"));
    }
}
