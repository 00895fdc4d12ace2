package dev.merpati.dispatcher.settings;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Configuration;
import org.springframework.util.unit.DataSize;

class SettingsTest {
    private final ApplicationContextRunner runner = new ApplicationContextRunner().withUserConfiguration(Bound.class);

    @Test
    void hasDefaults() {
        runner.run(context -> {
            assertThat(context.getBean(EventSettings.class))
                    .isEqualTo(new EventSettings("merpati.events", 32, Duration.ofDays(7), 1_000_000));
            assertThat(context.getBean(DispatcherSettings.class))
                    .isEqualTo(new DispatcherSettings(
                            "dispatcher",
                            "merpati-dispatchers",
                            Duration.ofSeconds(10),
                            true,
                            Duration.ofSeconds(10),
                            Duration.ofSeconds(3),
                            Duration.ofSeconds(1),
                            Duration.ofSeconds(5),
                            1_000,
                            DataSize.ofMegabytes(64),
                            Duration.ofMillis(50),
                            Duration.ofSeconds(2),
                            Duration.ofMinutes(1)));
        });
    }

    @Test
    void bindsEverySetting() {
        runner.withPropertyValues(
                        "merpati.events.topic=e",
                        "merpati.events.partitions=4",
                        "merpati.events.retention=2h",
                        "merpati.events.max-per-tenant=101",
                        "merpati.dispatcher.id=d1",
                        "merpati.dispatcher.group=g",
                        "merpati.dispatcher.session-timeout=7s",
                        "merpati.dispatcher.leave-group-on-shutdown=false",
                        "merpati.dispatcher.handover-timeout=8s",
                        "merpati.dispatcher.revocation-timeout=2s",
                        "merpati.dispatcher.commit-interval=3s",
                        "merpati.dispatcher.commit-delay=4s",
                        "merpati.dispatcher.max-pending-per-partition=5",
                        "merpati.dispatcher.max-pending-bytes=6MB",
                        "merpati.dispatcher.initial-backoff=7ms",
                        "merpati.dispatcher.max-backoff=8ms",
                        "merpati.dispatcher.trim-interval=9s")
                .run(context -> {
                    assertThat(context.getBean(EventSettings.class))
                            .isEqualTo(new EventSettings("e", 4, Duration.ofHours(2), 101));
                    assertThat(context.getBean(DispatcherSettings.class))
                            .isEqualTo(new DispatcherSettings(
                                    "d1",
                                    "g",
                                    Duration.ofSeconds(7),
                                    false,
                                    Duration.ofSeconds(8),
                                    Duration.ofSeconds(2),
                                    Duration.ofSeconds(3),
                                    Duration.ofSeconds(4),
                                    5,
                                    DataSize.ofMegabytes(6),
                                    Duration.ofMillis(7),
                                    Duration.ofMillis(8),
                                    Duration.ofSeconds(9)));
                });
    }

    @ParameterizedTest
    @CsvSource({
        "merpati.events.topic=a b, topic",
        "merpati.events.partitions=0, partitions",
        "merpati.events.retention=59m, retention",
        "merpati.events.retention=91d, retention",
        "merpati.events.max-per-tenant=99, maxPerTenant",
        "merpati.dispatcher.id=a b, id",
        "merpati.dispatcher.session-timeout=10ms, sessionTimeout",
        "merpati.dispatcher.revocation-timeout=11s, merpati.dispatcher.revocation-timeout",
        "merpati.dispatcher.commit-delay=11m, commitDelay",
        "merpati.dispatcher.max-pending-per-partition=0, maxPendingPerPartition",
        "merpati.dispatcher.max-pending-bytes=1KB, merpati.dispatcher.max-pending-bytes",
        "merpati.dispatcher.max-backoff=10ms, merpati.dispatcher.max-backoff",
        "merpati.dispatcher.trim-interval=2h, trimInterval"
    })
    void stopsTheStartForABadValueAndNamesIt(String property, String named) {
        runner.withPropertyValues(property).run(context -> {
            assertThat(context).hasFailed();
            assertThat(context.getStartupFailure()).rootCause().hasMessageContaining(named);
        });
    }

    @Configuration(proxyBeanMethods = false)
    @EnableConfigurationProperties({EventSettings.class, DispatcherSettings.class})
    static class Bound {}
}
