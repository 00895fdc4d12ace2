package dev.merpati.simulator.media;

/**
 * How a message names its file.
 *
 * @param path of the upload, as in {@code directPath}
 * @param key 32 bytes from which the file's keys are derived
 * @param sha256 of the file
 * @param encryptedSha256 of the upload
 * @param length of the file in bytes
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
public record MediaReference(
        MediaKind kind, String path, byte[] key, byte[] sha256, byte[] encryptedSha256, long length) {}
