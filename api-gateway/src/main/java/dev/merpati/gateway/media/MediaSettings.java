package dev.merpati.gateway.media;

import dev.merpati.media.MediaStoreSettings;
import java.nio.file.Path;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Where files wait for their sending; the same for gateways and workers.
 *
 * @param type directory or s3
 * @param directory of a store in a directory: on one machine, or on a volume that all share
 * @param s3 of a store in S3
 */
@ConfigurationProperties("merpati.media")
record MediaSettings(
        @DefaultValue("directory") MediaStoreSettings.Type type,
        @DefaultValue("data/media") Path directory,
        @DefaultValue BucketSettings s3) {

    MediaStoreSettings store() {
        return new MediaStoreSettings(type, directory, s3.store());
    }
}
