package dev.merpati.media;

/** Opens the store that the settings ask for. */
public final class MediaStores {
    private MediaStores() {}

    /**
     * A store, to be closed by the caller. S3 is first spoken to when the store is first used.
     *
     * @throws IllegalArgumentException that says which setting is missing or wrong, and what is allowed
     * @throws java.io.UncheckedIOException when the directory cannot be made or written to
     */
    public static MediaStore open(MediaStoreSettings settings) {
        return switch (settings.type()) {
            case DIRECTORY -> new DirectoryMediaStore(settings.directory());
            case S3 -> S3MediaStore.open(settings.s3());
        };
    }
}
