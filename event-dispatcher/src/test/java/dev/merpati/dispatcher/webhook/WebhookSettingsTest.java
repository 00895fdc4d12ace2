package dev.merpati.dispatcher.webhook;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Configuration;
import org.springframework.util.unit.DataSize;

class WebhookSettingsTest {
    private final ApplicationContextRunner runner = new ApplicationContextRunner().withUserConfiguration(Bound.class);

    @Test
    void hasDefaults() {
        runner.run(context -> assertThat(context.getBean(WebhookSettings.class))
                .isEqualTo(new WebhookSettings(
                        "",
                        false,
                        false,
                        Duration.ofSeconds(5),
                        Duration.ofSeconds(15),
                        32,
                        1_000,
                        256,
                        DataSize.ofMegabytes(1),
                        DataSize.ofMegabytes(64),
                        Duration.ofSeconds(5),
                        Duration.ofHours(8),
                        Duration.ofDays(3),
                        10,
                        Duration.ofSeconds(30),
                        Duration.ofMinutes(10),
                        1_000,
                        Duration.ofMillis(200),
                        1_000,
                        Duration.ofDays(7),
                        Duration.ofMinutes(1))));
    }

    @Test
    void bindsEverySetting() {
        runner.withPropertyValues(
                        "merpati.webhooks.secret-key=" + TestWebhooks.KEY,
                        "merpati.webhooks.allow-http=true",
                        "merpati.webhooks.allow-private-addresses=true",
                        "merpati.webhooks.connect-timeout=1s",
                        "merpati.webhooks.timeout=2s",
                        "merpati.webhooks.max-parallel=3",
                        "merpati.webhooks.max-in-flight=4",
                        "merpati.webhooks.window-events=5",
                        "merpati.webhooks.window-size=65KB",
                        "merpati.webhooks.memory=7MB",
                        "merpati.webhooks.first-retry=8s",
                        "merpati.webhooks.longest-retry=9s",
                        "merpati.webhooks.give-up-after=10s",
                        "merpati.webhooks.failures-to-pause=11",
                        "merpati.webhooks.pause-after=18s",
                        "merpati.webhooks.longest-probe-pause=12s",
                        "merpati.webhooks.max-blocked-sessions=13",
                        "merpati.webhooks.save-interval=14ms",
                        "merpati.webhooks.log-entries=15",
                        "merpati.webhooks.log-retention=16m",
                        "merpati.webhooks.reload-interval=17s")
                .run(context -> assertThat(context.getBean(WebhookSettings.class))
                        .isEqualTo(new WebhookSettings(
                                TestWebhooks.KEY,
                                true,
                                true,
                                Duration.ofSeconds(1),
                                Duration.ofSeconds(2),
                                3,
                                4,
                                5,
                                DataSize.ofKilobytes(65),
                                DataSize.ofMegabytes(7),
                                Duration.ofSeconds(8),
                                Duration.ofSeconds(9),
                                Duration.ofSeconds(10),
                                11,
                                Duration.ofSeconds(18),
                                Duration.ofSeconds(12),
                                13,
                                Duration.ofMillis(14),
                                15,
                                Duration.ofMinutes(16),
                                Duration.ofSeconds(17))));
    }

    @ParameterizedTest
    @CsvSource({
        "merpati.webhooks.timeout=0s, timeout",
        "merpati.webhooks.max-parallel=0, maxParallel",
        "merpati.webhooks.window-size=1KB, merpati.webhooks.window-size",
        "merpati.webhooks.memory=512KB, merpati.webhooks.memory",
        "merpati.webhooks.longest-retry=1s, merpati.webhooks.longest-retry",
        "merpati.webhooks.longest-probe-pause=1s, merpati.webhooks.longest-probe-pause",
        "merpati.webhooks.give-up-after=31d, giveUpAfter"
    })
    void stopsTheStartForABadValueAndNamesIt(String property, String named) {
        runner.withPropertyValues(property).run(context -> {
            assertThat(context).hasFailed();
            assertThat(context.getStartupFailure()).rootCause().hasMessageContaining(named);
        });
    }

    @Test
    void keepsTheKeyOutOfItsText() {
        runner.withPropertyValues("merpati.webhooks.secret-key=" + TestWebhooks.KEY)
                .run(context -> assertThat(
                                context.getBean(WebhookSettings.class).toString())
                        .doesNotContain(TestWebhooks.KEY));
    }

    @Configuration(proxyBeanMethods = false)
    @EnableConfigurationProperties(WebhookSettings.class)
    static class Bound {}
}
