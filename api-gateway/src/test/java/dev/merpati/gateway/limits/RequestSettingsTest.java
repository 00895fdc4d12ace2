package dev.merpati.gateway.limits;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;
import org.springframework.util.unit.DataSize;

class RequestSettingsTest {
    private static final long GIGABYTE = 1024 * 1024 * 1024;

    @Test
    void hasADefaultForEverything() {
        RequestSettings settings = bind(Map.of());

        assertThat(settings)
                .isEqualTo(new RequestSettings(
                        10_000,
                        DataSize.ofKilobytes(256),
                        Duration.ofSeconds(10),
                        DataSize.ofBytes(256),
                        Duration.ofSeconds(30),
                        DataSize.ofBytes(0)));
        assertThat(settings.buffered(GIGABYTE)).isEqualTo(GIGABYTE / 16);
        assertThat(settings.buffered(1_000)).isEqualTo(256 * 1024);
    }

    @Test
    void bindsEveryProperty() {
        RequestSettings settings = bind(Map.of(
                "merpati.gateway.requests.max-open", "1",
                "merpati.gateway.requests.max-size", "100KB",
                "merpati.gateway.requests.idle-timeout", "2s",
                "merpati.gateway.requests.minimum-rate", "3B",
                "merpati.gateway.requests.timeout", "4s",
                "merpati.gateway.requests.max-buffered", "5MB"));

        assertThat(settings)
                .isEqualTo(new RequestSettings(
                        1,
                        DataSize.ofKilobytes(100),
                        Duration.ofSeconds(2),
                        DataSize.ofBytes(3),
                        Duration.ofSeconds(4),
                        DataSize.ofMegabytes(5)));
        assertThat(settings.buffered(GIGABYTE))
                .isEqualTo(DataSize.ofMegabytes(5).toBytes());
    }

    @ParameterizedTest
    @CsvSource({"max-size, 1KB", "max-size, 1GB", "minimum-rate, 0B", "max-buffered, 1KB"})
    void namesTheSettingThatIsOutOfRange(String name, String value) {
        assertThatThrownBy(() -> bind(Map.of("merpati.gateway.requests." + name, value)))
                .rootCause()
                .hasMessageContaining("merpati.gateway.requests." + name)
                .hasMessageContaining("allowed is");
    }

    private static RequestSettings bind(Map<String, String> properties) {
        return new Binder(new MapConfigurationPropertySource(properties))
                .bindOrCreate("merpati.gateway.requests", RequestSettings.class);
    }
}
