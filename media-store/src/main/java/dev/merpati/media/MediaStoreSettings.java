package dev.merpati.media;

import java.nio.file.Path;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Selects the store that keeps media files. A null component takes its default. Gateway and worker both bind their
 * configuration to this record, because they must agree.
 *
 * @param type which kind of store; {@code directory} by default
 * @param directory of a directory store: on one machine, or on a volume that all share; {@code data/media} by default
 * @param s3 of an S3 store; ignored for a directory store
 */
public record MediaStoreSettings(Type type, Path directory, S3Settings s3) {
    /** The kinds of store. */
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
