package dev.merpati.simulator.crypto;

import java.security.GeneralSecurityException;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/** AES-256 in GCM with a tag of 16 bytes. */
public final class AesGcm {
    private static final int TAG_BITS = 128;

    private AesGcm() {}

    /** With nothing authenticated besides. */
    public static byte[] encrypt(byte[] key, byte[] nonce, byte[] plaintext) {
        return encrypt(key, nonce, plaintext, new byte[0]);
    }

    public static byte[] encrypt(byte[] key, byte[] nonce, byte[] plaintext, byte[] additional) {
        try {
            return cipher(Cipher.ENCRYPT_MODE, key, nonce, additional).doFinal(plaintext);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("Encryption does not fail", e);
        }
    }

    /** @throws GeneralSecurityException if key, nonce or ciphertext do not belong together */
    public static byte[] decrypt(byte[] key, byte[] nonce, byte[] ciphertext) throws GeneralSecurityException {
        return decrypt(key, nonce, ciphertext, new byte[0]);
    }

    /** @throws GeneralSecurityException if they do not belong together */
    public static byte[] decrypt(byte[] key, byte[] nonce, byte[] ciphertext, byte[] additional)
            throws GeneralSecurityException {
        return cipher(Cipher.DECRYPT_MODE, key, nonce, additional).doFinal(ciphertext);
    }

    private static Cipher cipher(int mode, byte[] key, byte[] nonce, byte[] additional)
            throws GeneralSecurityException {
        Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
        cipher.init(mode, new SecretKeySpec(key, "AES"), new GCMParameterSpec(TAG_BITS, nonce));
        cipher.updateAAD(additional);
        return cipher;
    }
}
