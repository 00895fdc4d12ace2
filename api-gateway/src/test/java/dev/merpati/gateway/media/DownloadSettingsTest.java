package dev.merpati.gateway.media;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;

class DownloadSettingsTest {
    private static final long MEGABYTE = 1024 * 1024;

    @Test
    void handsOutAsManyAsAnEighthOfTheHeapHolds() {
        assertThat(bind(Map.of()).parallel(512 * MEGABYTE)).isEqualTo(32);
        assertThat(bind(Map.of()).parallel(MEGABYTE)).isEqualTo(8);
        assertThat(bind(Map.of("merpati.gateway.downloads.max-parallel", "3")).parallel(512 * MEGABYTE))
                .isEqualTo(3);
    }

    @Test
    void bindsEveryProperty() {
        assertThat(bind(Map.of(
                        "merpati.gateway.downloads.max-parallel", "1",
                        "merpati.gateway.downloads.fetch-timeout", "2s",
                        "merpati.gateway.downloads.stall-timeout", "3s")))
                .isEqualTo(new DownloadSettings(1, Duration.ofSeconds(2), Duration.ofSeconds(3)));
    }

    private static DownloadSettings bind(Map<String, String> properties) {
        return new Binder(new MapConfigurationPropertySource(properties))
                .bindOrCreate("merpati.gateway.downloads", DownloadSettings.class);
    }
}
