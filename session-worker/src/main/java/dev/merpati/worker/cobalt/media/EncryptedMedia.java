package dev.merpati.worker.cobalt.media;

import it.auties.whatsapp.model.media.AttachmentType;
import it.auties.whatsapp.model.media.MediaKeys;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Arrays;
import javax.crypto.Cipher;
import javax.crypto.CipherInputStream;
import javax.crypto.Mac;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * A file as WhatsApp's media server wants it: AES-256-CBC, then the first ten bytes of an HMAC-SHA-256 over the IV and
 * the ciphertext. Encrypted twice, once for the checksum that the upload begins with and once for the upload, so that no
 * second copy of the file is in memory.
 */
public final class EncryptedMedia {
    private static final SecureRandom RANDOM = new SecureRandom();
    private static final int BLOCK = 16;
    private static final int MAC_BYTES = 10;
    private static final int CHUNK = 64 * 1024;

    private final byte[] content;
    private final MediaKeys keys;
    private final byte[] mac;
    private final byte[] sha256;
    private final byte[] encryptedSha256;

    private EncryptedMedia(byte[] content, MediaKeys keys) throws GeneralSecurityException {
        this.content = content;
        this.keys = keys;
        Cipher cipher = cipher();
        Mac authenticator = Mac.getInstance("HmacSHA256");
        authenticator.init(new SecretKeySpec(keys.macKey(), "HmacSHA256"));
        authenticator.update(keys.iv());
        MessageDigest digest = MessageDigest.getInstance("SHA-256");
        byte[] buffer = new byte[CHUNK + BLOCK];
        for (int offset = 0; offset <= content.length; offset += CHUNK) {
            int length = Math.min(CHUNK, content.length - offset);
            boolean last = length < CHUNK;
            int written = last
                    ? cipher.doFinal(content, offset, length, buffer)
                    : cipher.update(content, offset, length, buffer);
            authenticator.update(buffer, 0, written);
            digest.update(buffer, 0, written);
        }
        mac = Arrays.copyOf(authenticator.doFinal(), MAC_BYTES);
        digest.update(mac);
        encryptedSha256 = digest.digest();
        sha256 = digest.digest(content);
    }

    /** Encrypts under a new key. */
    public static EncryptedMedia of(byte[] content, AttachmentType type) {
        byte[] key = new byte[32];
        RANDOM.nextBytes(key);
        try {
            return new EncryptedMedia(content, MediaKeys.of(key, type.keyName().orElseThrow()));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("This JVM lacks AES or SHA-256", e);
        }
    }

    /** What is uploaded. */
    InputStream open() {
        try {
            return new SequenceInputStream(
                    new CipherInputStream(new ByteArrayInputStream(content), cipher()), new ByteArrayInputStream(mac));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    /** The length of what is uploaded. */
    public long encryptedLength() {
        return (content.length / BLOCK + 1L) * BLOCK + MAC_BYTES;
    }

    public long length() {
        return content.length;
    }

    public byte[] key() {
        return keys.mediaKey();
    }

    public byte[] sha256() {
        return sha256;
    }

    public byte[] encryptedSha256() {
        return encryptedSha256;
    }

    private Cipher cipher() throws GeneralSecurityException {
        Cipher cipher = Cipher.getInstance("AES/CBC/PKCS5Padding");
        cipher.init(Cipher.ENCRYPT_MODE, new SecretKeySpec(keys.cipherKey(), "AES"), new IvParameterSpec(keys.iv()));
        return cipher;
    }
}
