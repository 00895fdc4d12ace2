package dev.merpati.media;

import java.nio.file.Path;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Which store keeps the media files. A component that is null has its default, so that gateway and worker, which must
 * agree, bind their configuration to this very record.
 *
 * @param type {@code directory} when not given
 * @param directory of a store in a directory: on one machine, or on a volume that all share; {@code data/media} when not
 *     given
 * @param s3 of a store in S3; not looked at when the store is not there
 */
public record MediaStoreSettings(Type type, Path directory, S3Settings s3) {
    /** What there is to choose from. */
    public enum Type {
        DIRECTORY,
        S3
    }

    public MediaStoreSettings(@Nullable Type type, @Nullable Path directory, @Nullable S3Settings s3) {
        this.type = Objects.requireNonNullElse(type, Type.DIRECTORY);
        this.directory = Objects.requireNonNullElse(directory, Path.of("data", "media"));
        this.s3 = s3 == null ? S3Settings.defaults() : s3;
    }
}
