package dev.merpati.worker.cobalt.media;

import it.auties.whatsapp.model.media.AttachmentType;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import javax.crypto.Cipher;
import javax.crypto.CipherInputStream;
import javax.crypto.Mac;

/**
 * A file as WhatsApp's media server wants it, in the form of {@link MediaCipher}. Encrypted twice, once for the checksum that
 * the upload begins with and once for the upload, so that no second copy of the file is in memory.
 */
public final class EncryptedMedia {
    private static final SecureRandom RANDOM = new SecureRandom();
    private static final int CHUNK = 64 * 1024;

    private final byte[] content;
    private final MediaCipher cipher;
    private final byte[] mac;
    private final byte[] sha256;
    private final byte[] encryptedSha256;

    private EncryptedMedia(byte[] content, MediaCipher cipher) throws GeneralSecurityException {
        this.content = content;
        this.cipher = cipher;
        Cipher encryption = cipher.encryption();
        Mac authenticator = cipher.mac();
        MessageDigest digest = MediaCipher.sha256();
        byte[] buffer = new byte[CHUNK + MediaCipher.BLOCK];
        for (int offset = 0; offset <= content.length; offset += CHUNK) {
            int length = Math.min(CHUNK, content.length - offset);
            boolean last = length < CHUNK;
            int written = last
                    ? encryption.doFinal(content, offset, length, buffer)
                    : encryption.update(content, offset, length, buffer);
            authenticator.update(buffer, 0, written);
            digest.update(buffer, 0, written);
        }
        mac = MediaCipher.tag(authenticator);
        digest.update(mac);
        encryptedSha256 = digest.digest();
        sha256 = digest.digest(content);
    }

    /** Encrypts under a new key. */
    public static EncryptedMedia of(byte[] content, AttachmentType type) {
        byte[] key = new byte[MediaCipher.KEY_BYTES];
        RANDOM.nextBytes(key);
        try {
            return new EncryptedMedia(content, MediaCipher.of(key, type));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("AES cannot encrypt a file", e);
        }
    }

    /** What is uploaded. */
    InputStream open() {
        return new SequenceInputStream(
                new CipherInputStream(new ByteArrayInputStream(content), cipher.encryption()),
                new ByteArrayInputStream(mac));
    }

    /** The length of what is uploaded. */
    public long encryptedLength() {
        return encryptedLength(content.length);
    }

    /** The length of what a file of some length becomes. */
    static long encryptedLength(long length) {
        return (length / MediaCipher.BLOCK + 1) * MediaCipher.BLOCK + MediaCipher.MAC_BYTES;
    }

    public long length() {
        return content.length;
    }

    public byte[] key() {
        return cipher.key();
    }

    public byte[] sha256() {
        return sha256;
    }

    public byte[] encryptedSha256() {
        return encryptedSha256;
    }
}
