package dev.merpati.gateway.settings;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.validation.autoconfigure.ValidationAutoConfiguration;
import org.springframework.context.annotation.Configuration;

class SettingsTest {
    private final ApplicationContextRunner runner = new ApplicationContextRunner()
            .withConfiguration(AutoConfigurations.of(ValidationAutoConfiguration.class))
            .withUserConfiguration(Settings.class);

    @Configuration(proxyBeanMethods = false)
    @EnableConfigurationProperties({
        GatewaySettings.class,
        GatewaySettings.Timeouts.class,
        GatewaySettings.Commands.class,
        GatewaySettings.Qr.class,
        ConnectionSettings.class,
        InstallationSettings.class
    })
    static class Settings {}

    @Test
    void hasADefaultForEverythingButTheId() {
        runner.withPropertyValues("merpati.gateway.id=g1").run(context -> {
            assertThat(context.getBean(GatewaySettings.class)).isEqualTo(new GatewaySettings("g1", 2_000));
            assertThat(context.getBean(GatewaySettings.Timeouts.class))
                    .isEqualTo(new GatewaySettings.Timeouts(
                            Duration.ofSeconds(30),
                            Duration.ofSeconds(30),
                            Duration.ofSeconds(10),
                            Duration.ofSeconds(5)));
            assertThat(context.getBean(GatewaySettings.Commands.class))
                    .isEqualTo(new GatewaySettings.Commands(Duration.ofMinutes(5), Duration.ofSeconds(1)));
            assertThat(context.getBean(GatewaySettings.Qr.class))
                    .isEqualTo(new GatewaySettings.Qr(Duration.ofSeconds(10), Duration.ofSeconds(2)));
            assertThat(context.getBean(ConnectionSettings.class))
                    .isEqualTo(new ConnectionSettings(20_000, Duration.ofSeconds(15)));
            assertThat(context.getBean(InstallationSettings.class))
                    .isEqualTo(new InstallationSettings(128, new InstallationSettings.Kafka("merpati.commands")));
        });
    }

    @Test
    void bindsEveryProperty() {
        runner.withPropertyValues(
                        "merpati.gateway.id=g2",
                        "merpati.gateway.send-timeout=1s",
                        "merpati.gateway.number-check-timeout=2s",
                        "merpati.gateway.reconnect-timeout=3s",
                        "merpati.gateway.delete-timeout=4s",
                        "merpati.gateway.command-time-to-live=5s",
                        "merpati.gateway.reply-poll-interval=6s",
                        "merpati.gateway.max-open-requests-per-tenant=9",
                        "merpati.gateway.qr-wait=7s",
                        "merpati.gateway.qr-minimum-life=8s",
                        "merpati.gateway.connections.max-open=10",
                        "merpati.gateway.connections.head-timeout=11s",
                        "merpati.shards=16",
                        "merpati.kafka.command-topic=other")
                .run(context -> {
                    assertThat(context.getBean(GatewaySettings.class)).isEqualTo(new GatewaySettings("g2", 9));
                    assertThat(context.getBean(GatewaySettings.Timeouts.class))
                            .isEqualTo(new GatewaySettings.Timeouts(
                                    Duration.ofSeconds(1),
                                    Duration.ofSeconds(2),
                                    Duration.ofSeconds(3),
                                    Duration.ofSeconds(4)));
                    assertThat(context.getBean(GatewaySettings.Commands.class))
                            .isEqualTo(new GatewaySettings.Commands(Duration.ofSeconds(5), Duration.ofSeconds(6)));
                    assertThat(context.getBean(GatewaySettings.Qr.class))
                            .isEqualTo(new GatewaySettings.Qr(Duration.ofSeconds(7), Duration.ofSeconds(8)));
                    assertThat(context.getBean(ConnectionSettings.class))
                            .isEqualTo(new ConnectionSettings(10, Duration.ofSeconds(11)));
                    assertThat(context.getBean(InstallationSettings.class))
                            .isEqualTo(new InstallationSettings(16, new InstallationSettings.Kafka("other")));
                });
    }

    @ParameterizedTest
    @CsvSource({
        "merpati.gateway.id, with blank, id",
        "merpati.gateway.send-timeout, 1ms, sendTimeout",
        "merpati.gateway.send-timeout, 1h, sendTimeout",
        "merpati.gateway.command-time-to-live, 0s, commandTimeToLive",
        "merpati.gateway.max-open-requests-per-tenant, 0, maxOpenRequestsPerTenant",
        "merpati.gateway.qr-minimum-life, 1m, qrMinimumLife",
        "merpati.gateway.connections.max-open, 0, maxOpen",
        "merpati.gateway.connections.head-timeout, 1ms, headTimeout",
        "merpati.shards, 0, shards",
        "merpati.shards, 16385, shards",
        "merpati.kafka.command-topic, '', commandTopic"
    })
    void stopsTheStartWithTheNameOfABadProperty(String property, String value, String named) {
        runner.withPropertyValues("merpati.gateway.id=g1", property + "=" + value)
                .run(context -> assertThat(context)
                        .getFailure()
                        .rootCause()
                        .hasMessageContaining("on field '" + (named.equals("commandTopic") ? "kafka." : "") + named));
    }
}
