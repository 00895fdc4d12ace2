package dev.merpati.worker.cobalt.media;

import it.auties.whatsapp.model.media.AttachmentType;
import it.auties.whatsapp.model.media.MediaKeys;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Arrays;
import javax.crypto.Cipher;
import javax.crypto.Mac;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * How files lie on WhatsApp's media server: AES-256-CBC, then the first ten bytes of an HMAC-SHA-256 over the IV and the
 * ciphertext, all under keys that are derived from one key and the kind of file.
 */
final class MediaCipher {
    static final int KEY_BYTES = 32;
    static final int BLOCK = 16;
    static final int MAC_BYTES = 10;

    private final MediaKeys keys;

    private MediaCipher(MediaKeys keys) {
        this.keys = keys;
    }

    /** @param key of {@link #KEY_BYTES} */
    static MediaCipher of(byte[] key, AttachmentType type) {
        return new MediaCipher(MediaKeys.of(key, type.keyName().orElseThrow()));
    }

    byte[] key() {
        return keys.mediaKey();
    }

    Cipher encryption() {
        return cipher(Cipher.ENCRYPT_MODE);
    }

    Cipher decryption() {
        return cipher(Cipher.DECRYPT_MODE);
    }

    /** Returns a MAC that has seen the IV; the ciphertext is to follow. */
    Mac mac() {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(keys.macKey(), "HmacSHA256"));
            mac.update(keys.iv());
            return mac;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("This JVM lacks HMAC-SHA-256", e);
        }
    }

    /** Ends a MAC that has seen the ciphertext. */
    static byte[] tag(Mac mac) {
        return Arrays.copyOf(mac.doFinal(), MAC_BYTES);
    }

    static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("This JVM lacks SHA-256", e);
        }
    }

    private Cipher cipher(int mode) {
        try {
            Cipher cipher = Cipher.getInstance("AES/CBC/PKCS5Padding");
            cipher.init(mode, new SecretKeySpec(keys.cipherKey(), "AES"), new IvParameterSpec(keys.iv()));
            return cipher;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("This JVM lacks AES", e);
        }
    }
}
