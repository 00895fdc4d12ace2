package dev.merpati.media;

/** Opens the store that the settings select. */
public final class MediaStores {
    private MediaStores() {}

    /**
     * Opens a store, which the caller closes. S3 is contacted only when the store is first used.
     *
     * @throws IllegalArgumentException naming the setting that is missing or wrong and what is allowed
     * @throws java.io.UncheckedIOException if the directory cannot be created or written to
     */
    public static MediaStore open(MediaStoreSettings settings) {
        return switch (settings.type()) {
            case DIRECTORY -> new DirectoryMediaStore(settings.directory());
            case S3 -> S3MediaStore.open(settings.s3());
        };
    }
}
