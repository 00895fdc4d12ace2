package dev.merpati.media;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Which store keeps the media files.
 *
 * @param directory required when that is the type, and unused otherwise
 * @param s3 likewise
 */
public record MediaStoreSettings(
        Type type, @Nullable Path directory, @Nullable S3Settings s3) {
    /** What there is to choose from. */
    public enum Type {
        DIRECTORY,
        S3
    }
}
