package dev.merpati.simulator.noise;

import dev.merpati.simulator.crypto.Hash;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** The Noise specification's SymmetricState (section 5.2) for X25519, AES-GCM and SHA-256. */
public final class SymmetricState {
    private static final int KEY_BYTES = 32;

    private byte[] hash;
    private byte[] chainingKey;
    private @Nullable NoiseCipher cipher;

    /** Begins a handshake: the protocol's name is padded to 32 bytes, or hashed when it is longer. */
    public SymmetricState(NoisePattern pattern) {
        byte[] name = pattern.protocolName().getBytes(StandardCharsets.US_ASCII);
        hash = name.length <= KEY_BYTES ? Arrays.copyOf(name, KEY_BYTES) : Hash.sha256(name);
        chainingKey = hash;
    }

    public void mixHash(byte[] data) {
        hash = Hash.sha256(hash, data);
    }

    public void mixKey(byte[] sharedSecret) {
        byte[] output = expand(sharedSecret);
        chainingKey = Arrays.copyOf(output, KEY_BYTES);
        cipher = new NoiseCipher(Arrays.copyOfRange(output, KEY_BYTES, 2 * KEY_BYTES));
    }

    public byte[] encryptAndHash(byte[] plaintext) {
        byte[] ciphertext = keyed().encrypt(plaintext, hash);
        mixHash(ciphertext);
        return ciphertext;
    }

    /** @throws NoiseException if the other side has another key or saw another handshake */
    public byte[] decryptAndHash(byte[] ciphertext) {
        byte[] plaintext = keyed().decrypt(ciphertext, hash);
        mixHash(ciphertext);
        return plaintext;
    }

    /** The keys of the transport: the initiator's first, then the responder's. */
    public NoiseCipher[] split() {
        byte[] output = expand(new byte[0]);
        return new NoiseCipher[] {
            new NoiseCipher(Arrays.copyOf(output, KEY_BYTES)),
            new NoiseCipher(Arrays.copyOfRange(output, KEY_BYTES, 2 * KEY_BYTES))
        };
    }

    private byte[] expand(byte[] secret) {
        return Hash.hkdf(secret, chainingKey, new byte[0], 2 * KEY_BYTES);
    }

    private NoiseCipher keyed() {
        if (cipher == null) {
            throw new IllegalStateException("Nothing is encrypted before the first mixKey");
        }
        return cipher;
    }
}
