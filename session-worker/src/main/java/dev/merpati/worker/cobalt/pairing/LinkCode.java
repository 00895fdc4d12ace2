package dev.merpati.worker.cobalt.pairing;

import dev.merpati.worker.cobalt.crypto.Primitives;
import java.security.GeneralSecurityException;
import java.security.spec.InvalidKeySpecException;
import java.util.Arrays;
import javax.crypto.Cipher;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.PBEKeySpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * Eight characters that a phone's owner types in, and the encryption of public keys under them (whatsmeow
 * {@code pair-code.go}).
 *
 * @param text without the dash that it is shown with
 */
record LinkCode(String text) {
    /** Without 0, I, O and U, which are misread. */
    private static final String ALPHABET = "123456789ABCDEFGHJKLMNPQRSTVWXYZ";

    private static final int LENGTH = 8;
    private static final int BITS_PER_CHARACTER = 5;
    private static final int ROUNDS = 131_072;
    private static final int SALT_BYTES = 32;
    private static final int COUNTER_BYTES = 16;
    private static final int WRAPPED_BYTES = SALT_BYTES + COUNTER_BYTES + Primitives.KEY_BYTES;

    static LinkCode random() {
        return of(Primitives.random(LENGTH * BITS_PER_CHARACTER / Byte.SIZE));
    }

    /** @param bytes five, which are eight characters of five bits each */
    static LinkCode of(byte[] bytes) {
        long bits = 0;
        for (byte each : bytes) {
            bits = (bits << Byte.SIZE) | (each & 0xff);
        }
        StringBuilder text = new StringBuilder();
        for (int i = LENGTH - 1; i >= 0; i--) {
            text.append(ALPHABET.charAt((int) (bits >>> (i * BITS_PER_CHARACTER)) & (ALPHABET.length() - 1)));
        }
        return new LinkCode(text.toString());
    }

    /** As people read it: {@code ABCD-EFGH}. */
    String shown() {
        return text.substring(0, LENGTH / 2) + "-" + text.substring(LENGTH / 2);
    }

    /** Encrypts a public key; salt and counter stand before it. Takes a tenth of a second, by intent. */
    byte[] wrap(byte[] publicKey) {
        byte[] salt = Primitives.random(SALT_BYTES);
        byte[] counter = Primitives.random(COUNTER_BYTES);
        return Primitives.concat(salt, counter, apply(salt, counter, publicKey));
    }

    /** Decrypts a public key; the result is another one, without a sign of it, when it was wrapped under another code. */
    byte[] unwrap(byte[] wrapped) throws InvalidKeySpecException {
        if (wrapped.length != WRAPPED_BYTES) {
            throw new InvalidKeySpecException(wrapped.length + " bytes of a wrapped key, not " + WRAPPED_BYTES);
        }
        int start = SALT_BYTES + COUNTER_BYTES;
        return apply(
                Arrays.copyOf(wrapped, SALT_BYTES),
                Arrays.copyOfRange(wrapped, SALT_BYTES, start),
                Arrays.copyOfRange(wrapped, start, WRAPPED_BYTES));
    }

    private byte[] apply(byte[] salt, byte[] counter, byte[] bytes) {
        try {
            byte[] key = SecretKeyFactory.getInstance("PBKDF2WithHmacSHA256")
                    .generateSecret(new PBEKeySpec(text.toCharArray(), salt, ROUNDS, Primitives.KEY_BYTES * Byte.SIZE))
                    .getEncoded();
            Cipher cipher = Cipher.getInstance("AES/CTR/NoPadding");
            cipher.init(Cipher.ENCRYPT_MODE, new SecretKeySpec(key, "AES"), new IvParameterSpec(counter));
            return cipher.doFinal(bytes);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Leaves the code out: whoever has it can pair with the session. */
    @Override
    public String toString() {
        return "LinkCode[]";
    }
}
