package dev.merpati.gateway.media;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;
import org.springframework.util.unit.DataSize;

class UploadSettingsTest {
    private static final long MEGABYTE = 1024 * 1024;

    /** With S3, which holds parts in memory, and with a directory, which holds next to nothing. */
    @ParameterizedTest
    @CsvSource({"96, 15, 1", "512, 15, 6", "1024, 15, 13", "4096, 15, 53", "96, 0, 6", "1024, 0, 64", "1, 15, 1"})
    void takesAsManyAsAQuarterOfTheHeapHolds(long heapMegabytes, long storeMegabytes, int parallel) {
        assertThat(bind(Map.of()).parallel(heapMegabytes * MEGABYTE, storeMegabytes * MEGABYTE))
                .isEqualTo(parallel);
    }

    @Test
    void takesAsManyAsItIsTold() {
        assertThat(bind(Map.of("merpati.gateway.uploads.max-parallel", "7")).parallel(MEGABYTE, MEGABYTE))
                .isEqualTo(7);
    }

    @Test
    void bindsEveryProperty() {
        assertThat(bind(Map.of(
                        "merpati.gateway.uploads.max-parallel", "1",
                        "merpati.gateway.uploads.max-waiting", "2",
                        "merpati.gateway.uploads.max-wait", "3s",
                        "merpati.gateway.uploads.stall-timeout", "4s",
                        "merpati.gateway.uploads.minimum-rate", "6B",
                        "merpati.gateway.uploads.timeout", "5s")))
                .isEqualTo(new UploadSettings(
                        1,
                        2,
                        Duration.ofSeconds(3),
                        Duration.ofSeconds(4),
                        DataSize.ofBytes(6),
                        Duration.ofSeconds(5)));
    }

    private static UploadSettings bind(Map<String, String> properties) {
        return new Binder(new MapConfigurationPropertySource(properties))
                .bindOrCreate("merpati.gateway.uploads", UploadSettings.class);
    }
}
