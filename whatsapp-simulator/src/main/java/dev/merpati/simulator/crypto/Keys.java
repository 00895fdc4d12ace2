package dev.merpati.simulator.crypto;

import it.auties.curve25519.Curve25519;
import java.util.Arrays;

/** Public keys: their type byte, and signatures by them. */
public final class Keys {
    /** The type byte of a Curve25519 public key ("DJB" in libsignal). */
    public static final byte TYPE = 5;

    private static final int LENGTH = 32;

    private Keys() {}

    /** 33 bytes: the type byte and the key; a key that has it already is returned as it is. */
    public static byte[] typed(byte[] publicKey) {
        return publicKey.length == LENGTH + 1 ? publicKey : Bytes.concat(new byte[] {TYPE}, publicKey);
    }

    /**
     * The bare 32 bytes of a key with or without type byte.
     *
     * @throws IllegalArgumentException if it is neither
     */
    public static byte[] untyped(byte[] publicKey) {
        if (publicKey.length == LENGTH) {
            return publicKey;
        }
        if (publicKey.length == LENGTH + 1 && publicKey[0] == TYPE) {
            return Arrays.copyOfRange(publicKey, 1, LENGTH + 1);
        }
        throw new IllegalArgumentException(
                "A public key has 32 bytes, or 33 with the type byte 05; found " + publicKey.length + " bytes");
    }

    /** Whether {@code signature} is an XEdDSA signature of {@code message} by the key; false too when it is malformed. */
    public static boolean verify(byte[] publicKey, byte[] message, byte[] signature) {
        return signature.length == 64 && Curve25519.verifySignature(untyped(publicKey), message, signature);
    }
}
