package dev.merpati.simulator.crypto;

import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** SHA-256, HMAC-SHA-256 and HKDF (RFC 5869) over it. */
public final class Hash {
    private static final int LENGTH = 32;

    private Hash() {}

    /** A fresh SHA-256 computation. */
    public static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("Every Java platform has SHA-256", e);
        }
    }

    public static byte[] sha256(byte[]... parts) {
        MessageDigest digest = sha256();
        for (byte[] part : parts) {
            digest.update(part);
        }
        return digest.digest();
    }

    /** SHA-1, which WhatsApp uses to compare key bundles. */
    public static byte[] sha1(byte[]... parts) {
        try {
            return MessageDigest.getInstance("SHA-1").digest(Bytes.concat(parts));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("Every Java platform has SHA-1", e);
        }
    }

    /** MD5, by which WhatsApp's clients name their build. */
    public static byte[] md5(byte[] bytes) {
        try {
            return MessageDigest.getInstance("MD5").digest(bytes);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("Every Java platform has MD5", e);
        }
    }

    /** A fresh HMAC-SHA-256 computation. */
    public static Mac hmac(byte[] key) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(key, "HmacSHA256"));
            return mac;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("Every Java platform has HMAC-SHA-256", e);
        }
    }

    public static byte[] hmac(byte[] key, byte[]... parts) {
        Mac mac = hmac(key);
        for (byte[] part : parts) {
            mac.update(part);
        }
        return mac.doFinal();
    }

    /** HMAC-SHA-512, which the app state uses. */
    public static byte[] hmac512(byte[] key, byte[]... parts) {
        try {
            Mac mac = Mac.getInstance("HmacSHA512");
            mac.init(new SecretKeySpec(key, "HmacSHA512"));
            for (byte[] part : parts) {
                mac.update(part);
            }
            return mac.doFinal();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("Every Java platform has HMAC-SHA-512", e);
        }
    }

    /**
     * HKDF, extract and expand.
     *
     * @param salt any length but 0; protocols without a salt pass 32 zero bytes
     * @param length of the result in bytes
     */
    public static byte[] hkdf(byte[] secret, byte[] salt, byte[] info, int length) {
        byte[] pseudoRandomKey = hmac(salt, secret);
        byte[] result = new byte[length];
        byte[] block = new byte[0];
        for (int offset = 0, counter = 1; offset < length; offset += LENGTH, counter++) {
            block = hmac(pseudoRandomKey, block, info, new byte[] {(byte) counter});
            System.arraycopy(block, 0, result, offset, Math.min(LENGTH, length - offset));
        }
        return result;
    }
}
