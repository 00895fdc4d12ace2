package dev.merpati.model.command;

/**
 * The claim check of a file in the media store.
 *
 * @param mediaId the file's name in the store
 * @param sha256 the file's SHA-256, 64 lower-case hex digits
 * @param size the file's length in bytes
 * @param fileName the name that the recipient sees, with its extension
 */
public record MediaReference(
        String mediaId, MediaKind kind, String sha256, long size, String mimeType, String fileName) {}
