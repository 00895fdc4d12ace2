package dev.merpati.gateway.media;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.merpati.media.MediaStoreSettings;
import dev.merpati.media.S3Settings;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;

/** The media store's settings, which are the same record here and in the worker, bound as both bind them. */
class MediaStoreSettingsTest {

    @Test
    void hasADefaultForEverything() {
        assertThat(bind(Map.of())).isEqualTo(new MediaStoreSettings(null, null, null));
    }

    @Test
    void takesWhatIsEmptyForNotGiven() {
        assertThat(bind(Map.of("merpati.media.s3.endpoint", "", "merpati.media.s3.access-key-id", "")))
                .isEqualTo(new MediaStoreSettings(null, null, null));
    }

    @Test
    void bindsEveryProperty() {
        MediaStoreSettings settings = bind(Map.of(
                "merpati.media.type", "s3",
                "merpati.media.directory", "d",
                "merpati.media.s3.bucket", "files",
                "merpati.media.s3.region", "eu-central-1",
                "merpati.media.s3.endpoint", "http://minio:9000",
                "merpati.media.s3.path-style", "true",
                "merpati.media.s3.prefix", "media/",
                "merpati.media.s3.access-key-id", "id",
                "merpati.media.s3.secret-access-key", "secret",
                "merpati.media.s3.call-timeout", "9s"));

        assertThat(settings)
                .isEqualTo(new MediaStoreSettings(
                        MediaStoreSettings.Type.S3,
                        Path.of("d"),
                        new S3Settings(
                                "files",
                                "eu-central-1",
                                URI.create("http://minio:9000"),
                                true,
                                "media/",
                                "id",
                                "secret",
                                Duration.ofSeconds(9))));
        assertThat(settings.toString()).doesNotContain("secret");
    }

    @Test
    void namesTheTypeThatThereIsNot() {
        assertThatThrownBy(() -> bind(Map.of("merpati.media.type", "ftp")))
                .rootCause()
                .hasMessageContaining("ftp");
    }

    private static MediaStoreSettings bind(Map<String, String> properties) {
        return new Binder(new MapConfigurationPropertySource(properties))
                .bindOrCreate("merpati.media", MediaStoreSettings.class);
    }
}
