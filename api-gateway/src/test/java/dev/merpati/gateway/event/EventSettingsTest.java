package dev.merpati.gateway.event;

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

class EventSettingsTest {
    private final ApplicationContextRunner runner = new ApplicationContextRunner()
            .withConfiguration(AutoConfigurations.of(ValidationAutoConfiguration.class))
            .withUserConfiguration(Settings.class);

    @Configuration(proxyBeanMethods = false)
    @EnableConfigurationProperties({EventSettings.class, StreamSettings.class})
    static class Settings {}

    @Test
    void hasDefaults() {
        runner.run(context -> {
            assertThat(context.getBean(EventSettings.class)).isEqualTo(new EventSettings(32));
            assertThat(context.getBean(StreamSettings.class))
                    .isEqualTo(new StreamSettings(
                            10_000,
                            500,
                            Duration.ofMinutes(30),
                            Duration.ofSeconds(15),
                            Duration.ofSeconds(10),
                            Duration.ofMinutes(1),
                            200));
        });
    }

    @Test
    void bindsEveryProperty() {
        runner.withPropertyValues(
                        "merpati.events.partitions=4",
                        "merpati.gateway.event-streams.max-open=1",
                        "merpati.gateway.event-streams.max-per-tenant=2",
                        "merpati.gateway.event-streams.life=3s",
                        "merpati.gateway.event-streams.keep-alive=4s",
                        "merpati.gateway.event-streams.poll-interval=5s",
                        "merpati.gateway.event-streams.stall-timeout=6s",
                        "merpati.gateway.event-streams.max-buffered=7")
                .run(context -> {
                    assertThat(context.getBean(EventSettings.class)).isEqualTo(new EventSettings(4));
                    assertThat(context.getBean(StreamSettings.class))
                            .isEqualTo(new StreamSettings(
                                    1,
                                    2,
                                    Duration.ofSeconds(3),
                                    Duration.ofSeconds(4),
                                    Duration.ofSeconds(5),
                                    Duration.ofSeconds(6),
                                    7));
                });
    }

    @ParameterizedTest
    @CsvSource({
        "merpati.events.partitions, 0, partitions",
        "merpati.gateway.event-streams.max-open, 0, maxOpen",
        "merpati.gateway.event-streams.max-per-tenant, 0, maxPerTenant",
        "merpati.gateway.event-streams.life, 2d, life",
        "merpati.gateway.event-streams.keep-alive, 1ms, keepAlive",
        "merpati.gateway.event-streams.poll-interval, 1ms, pollInterval",
        "merpati.gateway.event-streams.stall-timeout, 1h, stallTimeout",
        "merpati.gateway.event-streams.max-buffered, 0, maxBuffered"
    })
    void stopsTheStartWithTheNameOfABadProperty(String property, String value, String named) {
        runner.withPropertyValues(property + "=" + value)
                .run(context ->
                        assertThat(context).getFailure().rootCause().hasMessageContaining("on field '" + named));
    }
}
