package dev.merpati.media;

/**
 * A stored file.
 *
 * @param size in bytes
 * @param sha256 of the content, 64 lower-case hex digits
 */
public record StoredMedia(String mediaId, long size, String sha256) {}
