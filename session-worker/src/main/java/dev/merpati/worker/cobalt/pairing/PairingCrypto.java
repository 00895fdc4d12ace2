package dev.merpati.worker.cobalt.pairing;

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
import javax.crypto.spec.SecretKeySpec;

/** The primitives that pairing is made of. Every Java platform has them, so that none of them fails. */
final class PairingCrypto {
    static final int KEY_BYTES = 32;
    static final int NONCE_BYTES = 12;
    private static final int TAG_BITS = 128;
    private static final SecureRandom RANDOM = new SecureRandom();

    private PairingCrypto() {}

    static byte[] random(int length) {
        byte[] bytes = new byte[length];
        RANDOM.nextBytes(bytes);
        return bytes;
    }

    static byte[] concat(byte[]... parts) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            out.writeBytes(part);
        }
        return out.toByteArray();
    }

    static byte[] sha256(byte[]... parts) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(concat(parts));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    /**
     * X25519.
     *
     * @throws InvalidKeyException if the other's key is none, or one of those with which everybody agrees on zero
     */
    static byte[] agree(SignalKeyPair own, byte[] otherPublicKey) throws InvalidKeyException {
        if (!isKey(otherPublicKey)) {
            throw new InvalidKeyException("a public key of " + otherPublicKey.length + " bytes, or of zeros");
        }
        byte[] shared = Curve25519.sharedKey(otherPublicKey, own.privateKey());
        if (!isKey(shared)) {
            throw new InvalidKeyException("a public key of low order");
        }
        return shared;
    }

    static byte[] hmac(byte[] key, byte[]... parts) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(key, "HmacSHA256"));
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
    static byte[] hkdf(byte[] input, byte[] salt, byte[] info) {
        try {
            return KDF.getInstance("HKDF-SHA256")
                    .deriveData(HKDFParameterSpec.ofExtract()
                            .addIKM(input)
                            .addSalt(salt.length == 0 ? new byte[KEY_BYTES] : salt)
                            .thenExpand(info, KEY_BYTES));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    /** AES-256-GCM without additional data; the tag follows the ciphertext. */
    static byte[] seal(byte[] key, byte[] nonce, byte[] plaintext) {
        try {
            Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
            cipher.init(Cipher.ENCRYPT_MODE, new SecretKeySpec(key, "AES"), new GCMParameterSpec(TAG_BITS, nonce));
            return cipher.doFinal(plaintext);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    static boolean isKey(byte[] bytes) {
        return bytes.length == KEY_BYTES && !Arrays.equals(bytes, new byte[KEY_BYTES]);
    }
}
