package dev.merpati.simulator.signal;

import dev.merpati.simulator.crypto.Bytes;
import dev.merpati.simulator.crypto.Hash;
import dev.merpati.simulator.crypto.KeyPair;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** The key of the Diffie-Hellman ratchet. */
@SuppressWarnings("ArrayRecordComponent") // never compared
record RootKey(byte[] key) {
    private static final byte[] RATCHET_INFO = "WhisperRatchet".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] AGREEMENT_INFO = "WhisperText".getBytes(StandardCharsets.US_ASCII);

    /** A root key and the chain that came with it. */
    record Step(RootKey root, ChainKey chain) {
        private static Step of(byte[] output) {
            return new Step(
                    new RootKey(Arrays.copyOf(output, 32)), new ChainKey(Arrays.copyOfRange(output, 32, 64), 0));
        }
    }

    /** The first root key: X3DH's shared secrets, concatenated after 32 bytes of {@code FF}. */
    static Step agree(byte[]... secrets) {
        byte[] discontinuity = new byte[32];
        Arrays.fill(discontinuity, (byte) 0xff);
        byte[] secret = Bytes.concat(discontinuity, Bytes.concat(secrets));
        return Step.of(Hash.hkdf(secret, new byte[32], AGREEMENT_INFO, 64));
    }

    Step ratchet(KeyPair ours, byte[] theirs) {
        return Step.of(Hash.hkdf(ours.agree(theirs), key, RATCHET_INFO, 64));
    }
}
