package dev.merpati.worker.cobalt.crypto;

import it.auties.curve25519.Curve25519;
import it.auties.whatsapp.model.signal.keypair.SignalKeyPair;
import java.io.ByteArrayOutputStream;
import java.security.GeneralSecurityException;
import java.security.InvalidKeyException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Arrays;
import javax.crypto.Cipher;
import javax.crypto.KDF;
import javax.crypto.Mac;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.HKDFParameterSpec;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/** HMAC, HKDF, AES, hashes and X25519. Every Java platform has them, so that only what others have sent can fail. */
public final class Primitives {
    public static final int KEY_BYTES = 32;
    public static final int NONCE_BYTES = 12;
    private static final int TAG_BITS = 128;
    private static final int IV_BYTES = 16;
    private static final SecureRandom RANDOM = new SecureRandom();

    private Primitives() {}

    public static byte[] random(int length) {
        byte[] bytes = new byte[length];
        RANDOM.nextBytes(bytes);
        return bytes;
    }

    public static byte[] concat(byte[]... parts) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            out.writeBytes(part);
        }
        return out.toByteArray();
    }

    public static byte[] sha256(byte[]... parts) {
        return digest("SHA-256", parts);
    }

    public static byte[] sha1(byte[]... parts) {
        return digest("SHA-1", parts);
    }

    public static byte[] md5(byte[]... parts) {
        return digest("MD5", parts);
    }

    private static byte[] digest(String algorithm, byte[]... parts) {
        try {
            return MessageDigest.getInstance(algorithm).digest(concat(parts));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    /**
     * X25519.
     *
     * @throws InvalidKeyException if the other's key is none, or one of those with which everybody agrees on zero
     */
    public static byte[] agree(SignalKeyPair own, byte[] otherPublicKey) throws InvalidKeyException {
        if (!isKey(otherPublicKey)) {
            throw new InvalidKeyException("a public key of " + otherPublicKey.length + " bytes, or of zeros");
        }
        byte[] shared = Curve25519.sharedKey(otherPublicKey, own.privateKey());
        if (!isKey(shared)) {
            throw new InvalidKeyException("a public key of low order");
        }
        return shared;
    }

    /** HMAC-SHA-256 of the parts, one after the other. */
    public static byte[] hmac(byte[] key, byte[]... parts) {
        return mac("HmacSHA256", key, parts);
    }

    /** HMAC-SHA-512 of the parts, one after the other. */
    public static byte[] hmac512(byte[] key, byte[]... parts) {
        return mac("HmacSHA512", key, parts);
    }

    private static byte[] mac(String algorithm, byte[] key, byte[]... parts) {
        try {
            Mac mac = Mac.getInstance(algorithm);
            mac.init(new SecretKeySpec(key, algorithm));
            for (byte[] part : parts) {
                mac.update(part);
            }
            return mac.doFinal();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    /**
     * HKDF-SHA-256 to 32 bytes.
     *
     * @param salt empty for none, which is the same as 32 zeros
     */
    public static byte[] hkdf(byte[] input, byte[] salt, byte[] info) {
        return hkdf(input, salt, info, KEY_BYTES);
    }

    /** HKDF-SHA-256 without a salt to so many bytes. */
    public static byte[] hkdf(byte[] input, byte[] info, int length) {
        return hkdf(input, new byte[0], info, length);
    }

    private static byte[] hkdf(byte[] input, byte[] salt, byte[] info, int length) {
        try {
            return KDF.getInstance("HKDF-SHA256")
                    .deriveData(HKDFParameterSpec.ofExtract()
                            .addIKM(input)
                            .addSalt(salt.length == 0 ? new byte[KEY_BYTES] : salt)
                            .thenExpand(info, length));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    /** AES-256-GCM without additional data; the tag follows the ciphertext. */
    public static byte[] seal(byte[] key, byte[] nonce, byte[] plaintext) {
        return seal(key, nonce, plaintext, new byte[0]);
    }

    /** AES-256-GCM; the tag follows the ciphertext. */
    public static byte[] seal(byte[] key, byte[] nonce, byte[] plaintext, byte[] additional) {
        try {
            return gcm(Cipher.ENCRYPT_MODE, key, nonce, additional).doFinal(plaintext);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    /**
     * AES-256-GCM.
     *
     * @throws GeneralSecurityException if it cannot be opened
     */
    public static byte[] open(byte[] key, byte[] nonce, byte[] sealed, byte[] additional)
            throws GeneralSecurityException {
        if (nonce.length != NONCE_BYTES) {
            throw new GeneralSecurityException("a nonce of " + nonce.length + " bytes");
        }
        return gcm(Cipher.DECRYPT_MODE, key, nonce, additional).doFinal(sealed);
    }

    private static Cipher gcm(int mode, byte[] key, byte[] nonce, byte[] additional) throws GeneralSecurityException {
        Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
        cipher.init(mode, new SecretKeySpec(key, "AES"), new GCMParameterSpec(TAG_BITS, nonce));
        cipher.updateAAD(additional);
        return cipher;
    }

    /**
     * AES-256-CBC with padding.
     *
     * @param sealed the initialization vector, 16 bytes, and the ciphertext
     * @throws GeneralSecurityException if it cannot be opened
     */
    public static byte[] openCbc(byte[] key, byte[] sealed) throws GeneralSecurityException {
        if (sealed.length < IV_BYTES) {
            throw new GeneralSecurityException("too short");
        }
        Cipher cipher = Cipher.getInstance("AES/CBC/PKCS5Padding");
        cipher.init(Cipher.DECRYPT_MODE, new SecretKeySpec(key, "AES"), new IvParameterSpec(sealed, 0, IV_BYTES));
        return cipher.doFinal(sealed, IV_BYTES, sealed.length - IV_BYTES);
    }

    public static boolean isKey(byte[] bytes) {
        return bytes.length == KEY_BYTES && !Arrays.equals(bytes, new byte[KEY_BYTES]);
    }
}
