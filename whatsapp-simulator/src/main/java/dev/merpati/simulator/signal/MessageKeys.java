package dev.merpati.simulator.signal;

import dev.merpati.simulator.crypto.Hash;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** The keys of one message: AES-256-CBC key and iv, HMAC key. */
@SuppressWarnings("ArrayRecordComponent") // never compared
record MessageKeys(byte[] cipherKey, byte[] macKey, byte[] iv) {
    private static final byte[] INFO = "WhisperMessageKeys".getBytes(StandardCharsets.US_ASCII);

    static MessageKeys derive(byte[] seed) {
        byte[] output = Hash.hkdf(seed, new byte[32], INFO, 80);
        return new MessageKeys(
                Arrays.copyOf(output, 32), Arrays.copyOfRange(output, 32, 64), Arrays.copyOfRange(output, 64, 80));
    }
}
