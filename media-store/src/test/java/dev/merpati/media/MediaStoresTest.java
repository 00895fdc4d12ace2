package dev.merpati.media;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MediaStoresTest {
    private static final Duration MINUTE = Duration.ofMinutes(1);

    @Test
    void opensADirectory(@TempDir Path directory) {
        try (MediaStore store =
                MediaStores.open(new MediaStoreSettings(MediaStoreSettings.Type.DIRECTORY, directory, null))) {
            assertThat(store).isInstanceOf(DirectoryMediaStore.class);
        }
    }

    @Test
    void opensS3WithoutSpeakingToIt() {
        S3Settings settings = new S3Settings("a-bucket", "eu-central-1", null, false, "", null, null, MINUTE);

        try (MediaStore store = MediaStores.open(new MediaStoreSettings(MediaStoreSettings.Type.S3, null, settings))) {
            assertThat(store).isInstanceOf(S3MediaStore.class);
        }
    }

    @Test
    void keepsFilesInAFolderUnlessToldOtherwise() {
        MediaStoreSettings defaults = new MediaStoreSettings(null, null, null);

        assertThat(defaults)
                .isEqualTo(new MediaStoreSettings(
                        MediaStoreSettings.Type.DIRECTORY,
                        Path.of("data/media"),
                        new S3Settings("", "us-east-1", null, false, "", "", "", MINUTE)));
    }

    @ParameterizedTest
    @CsvSource({
        "       , us-east-1 ,                     , ''      , bucket is ''",
        "Bucket , us-east-1 ,                     , ''      , bucket is 'Bucket'",
        "bucket , ''        ,                     , ''      , region is ''",
        "bucket , us-east-1 , localhost:9000      , ''      , endpoint is 'localhost:9000'",
        "bucket , us-east-1 , http://host/path    , ''      , endpoint is 'http://host/path'",
        "bucket , us-east-1 , http://host         , media   , prefix is 'media'",
        "bucket , us-east-1 , http://host         , a/../b/ , prefix is 'a/../b/'",
        "bucket , us-east-1 , http://host         , /       , prefix is '/'",
    })
    void saysWhatIsWrong(
            @Nullable String bucket, String region, @Nullable URI endpoint, String prefix, String problem) {
        assertRefused(new S3Settings(bucket, region, endpoint, true, prefix, "", "", MINUTE), problem);
    }

    @Test
    void refusesHalfACredential() {
        assertRefused(
                new S3Settings("bucket", "us-east-1", null, true, "", "id", "", MINUTE), "credentials are incomplete");
    }

    @Test
    void refusesTimeoutsOutsideTheirRange() {
        assertRefused(
                new S3Settings("bucket", "us-east-1", null, true, "", "", "", Duration.ofMillis(999)),
                "call timeout is PT0.999S, must be 1 s to 10 min");
        assertRefused(
                new S3Settings("bucket", "us-east-1", null, true, "", "", "", Duration.ofMinutes(11)),
                "call timeout is PT11M");
    }

    @Test
    void namesAllThatIsWrongAtOnce() {
        assertRefused(new S3Settings(null, "Mars", null, true, "media", "", "", MINUTE), "bucket", "region", "prefix");
    }

    @Test
    void doesNotShowTheSecret() {
        S3Settings settings = new S3Settings("bucket", "us-east-1", null, true, "", "id", "very-secret", MINUTE);

        assertThat(settings.toString()).contains("id").doesNotContain("very-secret");
    }

    private static void assertRefused(S3Settings settings, String... problems) {
        assertThatThrownBy(() -> MediaStores.open(new MediaStoreSettings(MediaStoreSettings.Type.S3, null, settings)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContainingAll(problems);
    }
}
