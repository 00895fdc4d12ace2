package dev.merpati.simulator.crypto;

import java.security.GeneralSecurityException;
import java.util.Arrays;
import javax.crypto.Cipher;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.PBEKeySpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * Public keys under a pairing code: 32 bytes of salt, 16 of counter, and the key in AES-256-CTR under PBKDF2-HMAC-SHA256
 * of the code with 131,072 rounds.
 */
public final class PairingCodeCipher {
    private static final int ROUNDS = 131_072;
    private static final int SALT_BYTES = 32;
    private static final int COUNTER_BYTES = 16;
    private static final int KEY_BITS = 256;

    private PairingCodeCipher() {}

    public static byte[] wrap(String code, byte[] publicKey) {
        byte[] salt = Bytes.random(SALT_BYTES);
        byte[] counter = Bytes.random(COUNTER_BYTES);
        return Bytes.concat(salt, counter, apply(code, salt, counter, publicKey));
    }

    /** The key; another one, without a sign of it, under a wrong code. */
    public static byte[] unwrap(String code, byte[] wrapped) {
        byte[] salt = Arrays.copyOf(wrapped, SALT_BYTES);
        byte[] counter = Arrays.copyOfRange(wrapped, SALT_BYTES, SALT_BYTES + COUNTER_BYTES);
        byte[] encrypted = Arrays.copyOfRange(wrapped, SALT_BYTES + COUNTER_BYTES, wrapped.length);
        return apply(code, salt, counter, encrypted);
    }

    private static byte[] apply(String code, byte[] salt, byte[] counter, byte[] bytes) {
        try {
            byte[] key = SecretKeyFactory.getInstance("PBKDF2WithHmacSHA256")
                    .generateSecret(new PBEKeySpec(code.toCharArray(), salt, ROUNDS, KEY_BITS))
                    .getEncoded();
            Cipher cipher = Cipher.getInstance("AES/CTR/NoPadding");
            cipher.init(Cipher.ENCRYPT_MODE, new SecretKeySpec(key, "AES"), new IvParameterSpec(counter));
            return cipher.doFinal(bytes);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("Every Java platform has PBKDF2 and AES-CTR", e);
        }
    }
}
