package dev.merpati.gateway.media;

import static org.assertj.core.api.Assertions.assertThat;

import dev.merpati.media.MediaStoreSettings;
import dev.merpati.media.S3Credentials;
import dev.merpati.media.S3Settings;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Configuration;

class MediaSettingsTest {
    private final ApplicationContextRunner runner =
            new ApplicationContextRunner().withUserConfiguration(Settings.class);

    @Configuration(proxyBeanMethods = false)
    @EnableConfigurationProperties(MediaSettings.class)
    static class Settings {}

    @Test
    void keepsFilesInAFolderUnlessToldOtherwise() {
        runner.run(context -> {
            MediaStoreSettings store = context.getBean(MediaSettings.class).store();
            assertThat(store.type()).isEqualTo(MediaStoreSettings.Type.DIRECTORY);
            assertThat(store.directory()).isEqualTo(Path.of("data/media"));
        });
    }

    @Test
    void bindsEveryProperty() {
        runner.withPropertyValues(
                        "merpati.media.type=s3",
                        "merpati.media.directory=d",
                        "merpati.media.s3.bucket=files",
                        "merpati.media.s3.region=eu-central-1",
                        "merpati.media.s3.endpoint=http://minio:9000",
                        "merpati.media.s3.path-style=true",
                        "merpati.media.s3.prefix=media/",
                        "merpati.media.s3.access-key-id=id",
                        "merpati.media.s3.secret-access-key=secret",
                        "merpati.media.s3.call-timeout=9s")
                .run(context -> {
                    MediaSettings settings = context.getBean(MediaSettings.class);
                    assertThat(settings.toString()).doesNotContain("secret");
                    assertThat(settings.store())
                            .isEqualTo(new MediaStoreSettings(
                                    MediaStoreSettings.Type.S3,
                                    Path.of("d"),
                                    new S3Settings(
                                            "files",
                                            "eu-central-1",
                                            URI.create("http://minio:9000"),
                                            true,
                                            "media/",
                                            new S3Credentials("id", "secret"),
                                            Duration.ofSeconds(9))));
                });
    }
}
