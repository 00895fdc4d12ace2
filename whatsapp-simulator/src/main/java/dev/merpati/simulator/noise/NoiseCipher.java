package dev.merpati.simulator.noise;

import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/** One direction of a Noise session: AES-256-GCM with a counter as its nonce. Not thread-safe. */
public final class NoiseCipher {
    private static final int NONCE_BYTES = 12;
    private static final int TAG_BITS = 128;
    private static final byte[] NO_DATA = {};

    private final SecretKeySpec key;
    private final Cipher cipher;
    private long counter;

    NoiseCipher(byte[] key) {
        this.key = new SecretKeySpec(key, "AES");
        try {
            this.cipher = Cipher.getInstance("AES/GCM/NoPadding");
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("Every Java platform has AES-GCM", e);
        }
    }

    public byte[] encrypt(byte[] plaintext) {
        return encrypt(plaintext, NO_DATA);
    }

    /** @throws NoiseException if the frame was not made by the other side, or not as its next one */
    public byte[] decrypt(byte[] ciphertext) {
        return decrypt(ciphertext, NO_DATA);
    }

    byte[] encrypt(byte[] plaintext, byte[] associatedData) {
        try {
            return next(Cipher.ENCRYPT_MODE, plaintext, associatedData);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("Encryption does not fail", e);
        }
    }

    byte[] decrypt(byte[] ciphertext, byte[] associatedData) {
        try {
            return next(Cipher.DECRYPT_MODE, ciphertext, associatedData);
        } catch (GeneralSecurityException e) {
            throw new NoiseException("Frame " + (counter - 1) + " is not authentic", e);
        }
    }

    private byte[] next(int mode, byte[] input, byte[] associatedData) throws GeneralSecurityException {
        byte[] nonce =
                ByteBuffer.allocate(NONCE_BYTES).putInt(0).putLong(counter++).array();
        cipher.init(mode, key, new GCMParameterSpec(TAG_BITS, nonce));
        cipher.updateAAD(associatedData);
        return cipher.doFinal(input);
    }
}
